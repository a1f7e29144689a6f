// Two versions of the API (api 2.10).
'use strict';

const assert = require('assert');
const { connect, sdk, id, refused } = require('./harness.js');

const older = ({ url }) => connect(url, '2025-09-03');
const notes = async (notion) => {
	const { results } = await notion.blocks.children.list({
		block_id: id('meeting-1') });
	return results[0];
};

module.exports = {
	'the client\'s own default is one of them': async () => {
		assert.equal(sdk.Client.defaultNotionVersion, '2025-09-03');
	},
	'meeting notes were a transcription': async ({ notion, url }) => {
		assert.equal((await notes(notion)).type, 'meeting_notes');
		const old = await notes(older({ url }));
		assert.equal(old.type, 'transcription');
		assert.equal(old.transcription.status, 'notes_ready');
	},
	'archived stood beside in_trash': async ({ url }) => {
		const notion = older({ url });
		const page = await notion.pages.retrieve({ page_id: id('shed') });
		assert.equal(page.archived, false);
		assert.equal(page.in_trash, false);
		const block = await notion.blocks.retrieve({
			block_id: id('rules/core') });
		assert.equal(block.archived, false);
		const source = await notion.dataSources.retrieve({
			data_source_id: id('tasks') });
		assert.equal(source.archived, false);
	},
	'what is read is the same otherwise': async ({ notion, url }) => {
		const { archived, request_id, ...old } =
		    await older({ url }).pages.retrieve({ page_id: id('tomato') });
		const { request_id: other, ...now } =
		    await notion.pages.retrieve({ page_id: id('tomato') });
		assert.deepEqual(old, now);
	},
	'after, then position': async ({ notion, url }) => {
		const block_id = id('winter');
		const { results: [first] } = await notion.blocks.children.list({
			block_id });
		const children = [{ divider: {} }];
		const body = { block_id, children, after: first.id };
		const old = await older({ url }).blocks.children.append(body);
		const { results } = await notion.blocks.children.list({ block_id });
		assert.equal(results[1].id, old.results[0].id);
		await refused(notion.blocks.children.append(body),
		    'validation_error', 400);
	},
	'archived in a request, then not': async ({ notion, url }) => {
		const gone = await older({ url }).pages.update({
			page_id: id('mint2'), archived: true });
		assert.equal(gone.in_trash, true);
		await refused(notion.pages.update({ page_id: id('mint2'),
			archived: false }), 'validation_error', 400);
		const back = await notion.pages.update({ page_id: id('mint2'),
			in_trash: false });
		assert.equal(back.in_trash, false);
	},
};
