// Blocks (api 2.2, 4).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

const text = (content) => [{ text: { content } }];

// All blocks below a block, depth first, as fetch would walk them.
const walk = async (notion, block_id, each) => {
	for await (const block of sdk.iteratePaginatedAPI(
	    (args) => notion.blocks.children.list(args), { block_id })) {
		each(block);
		if (block.has_children && !block.type.startsWith('child_') &&
		    !block.synced_block?.synced_from)
			await walk(notion, block.id, each);
	}
};

module.exports = {
	'every block of every page, all types': async ({ notion }) => {
		const types = new Set();
		for (const key of ['home', 'words', 'rules', 'soil', 'recipes',
			'weeks', 'winter', 'tour', 'shed', 'meeting-1', 'task-feast'])
			await walk(notion, id(key), (block) => {
				assert.ok(sdk.isFullBlock(block));
				types.add(block.type);
			});
		assert.equal(types.size, 36);
	},
	'a block by id, a page as a block': async ({ notion }) => {
		const original = await notion.blocks.retrieve({
			block_id: id('rules/core') });
		assert.equal(original.synced_block.synced_from, null);
		const page = await notion.blocks.retrieve({ block_id: id('soil') });
		assert.equal(page.type, 'child_page');
		assert.equal(page.child_page.title, 'Soil and compost');
	},
	'the children of a copy are those of the original': async ({ notion }) => {
		const { results } = await notion.blocks.children.list({
			block_id: id('bed-north') });
		const copy = results.find((b) => b.type === 'synced_block');
		const shown = await notion.blocks.children.list({
			block_id: copy.id });
		const own = await notion.blocks.children.list({
			block_id: id('rules/core') });
		assert.deepEqual(shown.results.map((b) => b.id),
		    own.results.map((b) => b.id));
	},
	'children, a few at a time, are all of them once': async ({ notion }) => {
		const { results } = await notion.blocks.children.list({
			block_id: id('tour') });
		const few = await sdk.collectPaginatedAPI(
		    (args) => notion.blocks.children.list(args),
		    { block_id: id('tour'), page_size: 7 });
		assert.deepEqual(few.map((b) => b.id), results.map((b) => b.id));
	},
	'a hosted file comes with a link that works': async ({ notion }) => {
		const { results } = await notion.blocks.children.list({
			block_id: id('tour') });
		const { audio } = results.find((b) => b.type === 'audio');
		const answer = await fetch(audio.file.url);
		assert.equal(answer.status, 200);
		assert.equal((await answer.arrayBuffer()).byteLength, 4044);
		const again = await notion.blocks.retrieve({ block_id:
			results.find((b) => b.type === 'audio').id });
		assert.notEqual(again.audio.file.url, audio.file.url);
	},
	'append every type that can be': async ({ notion }) => {
		const children = [
			...['paragraph', 'heading_1', 'heading_2', 'heading_3',
				'heading_4', 'bulleted_list_item',
				'numbered_list_item', 'to_do', 'toggle', 'quote',
				'callout'].map((type) =>
				({ [type]: { rich_text: text(type) } })),
			{ code: { rich_text: text('x = 1'), language: 'python' } },
			{ equation: { expression: 'x^2' } },
			{ divider: {} }, { breadcrumb: {} },
			{ table_of_contents: {} },
			...['bookmark', 'embed'].map((type) =>
				({ [type]: { url: 'https://example.org/' } })),
			...['image', 'video', 'audio', 'pdf', 'file'].map((type) => ({
				[type]: { external: { url: `https://example.org/a.${{
					image: 'png', video: 'mp4', audio: 'mp3',
					pdf: 'pdf', file: 'txt' }[type]}` } },
			})),
			{ link_to_page: { page_id: id('soil') } },
			{ table: { table_width: 2, children: [
				{ table_row: { cells: [text('a'), text('b')] } },
				{ table_row: { cells: [text('c'), []] } } ] } },
			{ column_list: { children: [1, 2].map((n) => ({
				column: { children: [
					{ paragraph: { rich_text: text(`col ${n}`) } },
				] } })) } },
			{ synced_block: { synced_from: null, children: [
				{ paragraph: { rich_text: text('same') } } ] } },
			{ synced_block: { synced_from: {
				block_id: id('rules/core') } } },
			{ tab: { children: [{ paragraph: {
				rich_text: text('One'), children: [
					{ paragraph: { rich_text: text('in it') } },
				] } }] } },
		];
		const { results } = await notion.blocks.children.append({
			block_id: id('meadow'), children });
		assert.deepEqual(results.map((b) => b.type),
		    children.map((c) => Object.keys(c)[0]));
		const kept = await notion.blocks.children.list({
			block_id: id('meadow') });
		assert.deepEqual(kept.results.map((b) => b.id),
		    results.map((b) => b.id));
	},
	'append at the start, and behind a block': async ({ notion }) => {
		const block_id = id('winter');
		const { results: [first] } = await notion.blocks.children.append({
			block_id, position: { type: 'start' },
			children: [{ divider: {} }] });
		const { results: [second] } = await notion.blocks.children.append({
			block_id, children: [{ breadcrumb: {} }],
			position: { type: 'after_block',
				after_block: { id: first.id } } });
		const { results } = await notion.blocks.children.list({ block_id });
		assert.deepEqual(results.slice(0, 2).map((b) => b.id),
		    [first.id, second.id]);
	},
	'text of each kind comes back whole': async ({ notion }) => {
		const { results: [block] } = await notion.blocks.children.append({
			block_id: id('shed'), children: [{ paragraph: { rich_text: [
				{ text: { content: 'bold ', link: null },
					annotations: { bold: true, color: 'red' } },
				{ text: { content: 'link',
					link: { url: 'https://example.org/' } } },
				{ equation: { expression: 'e' } },
				{ mention: { user: { id: id('gardener') } } },
				{ mention: { page: { id: id('soil') } } },
				{ mention: { database: { id: id('tasks-db') } } },
				{ mention: { date: { start: '2026-01-02' } } },
				{ mention: { template_mention: {
					template_mention_date: 'today' } } },
				{ mention: { custom_emoji: { id: id('sprout') } } },
			] } }] });
		const t = block.paragraph.rich_text;
		assert.deepEqual(t.map((item) => item.mention?.type ?? item.type),
		    ['text', 'text', 'equation', 'user', 'page', 'database', 'date',
			'template_mention', 'custom_emoji']);
		assert.equal(t[0].annotations.bold, true);
		assert.equal(t[1].href, 'https://example.org/');
		assert.equal(t[4].plain_text, 'Soil and compost');
	},
	'update: text, a flag, a language': async ({ notion }) => {
		const { results: [task, code] } = await notion.blocks.children.append({
			block_id: id('shed'), children: [
				{ to_do: { rich_text: text('Sweep') } },
				{ code: { rich_text: text('ls'), language: 'bash' } },
			] });
		assert.equal(task.to_do.checked, false);
		const done = await notion.blocks.update({ block_id: task.id,
			to_do: { checked: true, rich_text: text('Swept') } });
		assert.equal(done.to_do.checked, true);
		assert.equal(done.to_do.rich_text[0].plain_text, 'Swept');
		const shell = await notion.blocks.update({ block_id: code.id,
			code: { language: 'shell' } });
		assert.equal(shell.code.language, 'shell');
		await refused(notion.blocks.update({ block_id: task.id,
			paragraph: { rich_text: [] } }), 'validation_error', 400);
	},
	'delete, and it is gone from its parent': async ({ notion }) => {
		const list = () => notion.blocks.children.list({
			block_id: id('shed') });
		const { results } = await list();
		const gone = await notion.blocks.delete({ block_id: results[0].id });
		assert.equal(gone.in_trash, true);
		assert.deepEqual((await list()).results.map((b) => b.id),
		    results.slice(1).map((b) => b.id));
	},
	'what the limits forbid': async ({ notion }) => {
		const append = (children) => notion.blocks.children.append({
			block_id: id('shed'), children });
		const many = Array.from({ length: 101 }, () => ({ divider: {} }));
		await refused(append(many), 'validation_error', 400);
		await refused(append([{ paragraph: {
			rich_text: text('x'.repeat(2001)) } }]),
		    'validation_error', 400);
		await refused(append([{ code: { rich_text: text('x'),
			language: 'klingon' } }]), 'validation_error', 400);
		await refused(append([{ table: { table_width: 2, children: [
			{ table_row: { cells: [text('a')] } }] } }]),
		    'validation_error', 400);
	},
};
