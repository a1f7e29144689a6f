// Comments (api 2.6).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

const text = (content) => [{ text: { content } }];
const comments = (notion, block_id) => notion.comments.list({ block_id });

module.exports = {
	'of a page, in order of time': async ({ notion }) => {
		const { results } = await comments(notion, id('tour'));
		assert.deepEqual(results.map((c) => c.id),
		    [0, 1, 2].map((n) => id(`comment tour ${n}`)));
		assert.equal(results[0].discussion_id, results[1].discussion_id);
		assert.ok(results.every(sdk.isFullComment));
	},
	'of a block': async ({ notion }) => {
		const { results } = await notion.blocks.children.list({
			block_id: id('tour') });
		const callout = results.find((b) => b.type === 'callout');
		const { results: [one] } = await comments(notion, callout.id);
		assert.equal(one.parent.block_id, callout.id);
	},
	'of a page without any': async ({ notion }) => {
		assert.deepEqual((await comments(notion, id('meadow'))).results, []);
	},
	'a few at a time': async ({ notion }) => {
		const all = await sdk.collectPaginatedAPI(
		    (args) => notion.comments.list(args),
		    { block_id: id('tour'), page_size: 1 });
		assert.equal(all.length, 3);
	},
	'by id': async ({ notion }) => {
		const one = await notion.comments.retrieve({
			comment_id: id('comment home 0') });
		assert.equal(one.rich_text[0].plain_text, 'Spring! 🌷');
	},
	'create, answer, change, delete': async ({ notion }) => {
		const first = await notion.comments.create({
			parent: { page_id: id('shed') }, rich_text: text('Key?') });
		const answer = await notion.comments.create({
			discussion_id: first.discussion_id,
			rich_text: text('Under the stone.') });
		assert.equal(answer.discussion_id, first.discussion_id);
		assert.notEqual(answer.id, first.id);
		const changed = await notion.comments.update({
			comment_id: answer.id, rich_text: text('In the tin.') });
		assert.equal(changed.rich_text[0].plain_text, 'In the tin.');
		await notion.comments.delete({ comment_id: first.id });
		const { results } = await comments(notion, id('shed'));
		assert.deepEqual(results.map((c) => c.id), [answer.id]);
	},
	'on a block, under another name': async ({ notion }) => {
		const one = await notion.comments.create({
			parent: { block_id: id('rules/core') },
			rich_text: text('So it is.'),
			display_name: { type: 'custom', custom: { name: 'Crow' } } });
		assert.equal(one.display_name.type, 'custom');
		assert.equal(one.display_name.resolved_name, 'Crow');
	},
	'on nothing': async ({ notion }) => {
		await refused(notion.comments.create({
			parent: { page_id: id('nowhere') }, rich_text: text('?') }),
		    'object_not_found', 404);
	},
};
