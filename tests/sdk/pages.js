// Pages and their properties (api 2.1, 3.1, 3.6, 3.9).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

const title = (content) => [{ text: { content } }];

module.exports = {
	'every page of the sample': async ({ notion }) => {
		for (const key of ['home', 'words', 'rules', 'soil', 'recipes',
			'weeks', 'winter', 'tour', 'shed', 'meadow', 'bed-north',
			'tomato', 'task-tanks', 'task-empty', 'meeting-1']) {
			const page = await notion.pages.retrieve({ page_id: id(key) });
			assert.ok(sdk.isFullPage(page), key);
			assert.equal(page.id, id(key));
		}
	},
	'a page in a toggle has that as its parent': async ({ notion }) => {
		const { parent } = await notion.pages.retrieve({
			page_id: id('winter') });
		assert.equal(parent.type, 'block_id');
		const block = await notion.blocks.retrieve({
			block_id: parent.block_id });
		assert.equal(block.type, 'toggle');
	},
	'only the properties asked for, by id or name': async ({ notion }) => {
		const page = await notion.pages.retrieve({ page_id: id('tomato'),
			filter_properties: ['title', 'Sun'] });
		assert.deepEqual(Object.keys(page.properties).sort(),
		    ['Plant', 'Sun']);
	},
	'each property of each kind of row, item by item': async ({ notion }) => {
		for (const key of ['bed-north', 'bed-south', 'tomato', 'task-boxes']) {
			const page = await notion.pages.retrieve({ page_id: id(key) });
			for (const p of Object.values(page.properties)) {
				const item = await notion.pages.properties.retrieve({
					page_id: id(key), property_id: p.id });
				const list = ['title', 'rich_text', 'people',
					'relation', 'rollup'].includes(p.type);
				assert.equal(item.object,
				    list ? 'list' : 'property_item', p.type);
				if (!list)
					assert.equal(item.type, p.type);
			}
		}
	},
	'a title as items, a page at a time': async ({ notion }) => {
		const whole = await notion.pages.retrieve({ page_id: id('task-mint') });
		const from = await sdk.collectPaginatedAPI(
		    (args) => notion.pages.properties.retrieve(args),
		    { page_id: id('task-mint'), property_id: 'title', page_size: 1 });
		assert.deepEqual(from.map((item) => item.title.plain_text),
		    whole.properties.Task.title.map((t) => t.plain_text));
	},
	'markdown of a page': async ({ notion }) => {
		const page = await notion.pages.retrieveMarkdown({
			page_id: id('shed') });
		assert.match(page.markdown, /Spades: 4/);
		assert.equal(page.truncated, false);
	},
	'create a page in a page, with blocks': async ({ notion }) => {
		const page = await notion.pages.create({
			parent: { page_id: id('meadow') },
			icon: { emoji: '🌾' },
			cover: { external: { url: 'https://images.example.org/m.jpg' } },
			properties: { title: { title: title('Hay') } },
			children: [
				{ paragraph: { rich_text: title('Cut in June.') } },
				{ to_do: { rich_text: title('Scythe'), children: [
					{ paragraph: { rich_text: title('whetstone') } },
				] } },
			],
		});
		assert.equal(page.properties.title.title[0].plain_text, 'Hay');
		assert.equal(page.icon.emoji, '🌾');
		const { results } = await notion.blocks.children.list({
			block_id: page.id });
		assert.deepEqual(results.map((b) => [b.type, b.has_children]),
		    [['paragraph', false], ['to_do', true]]);
		const above = await notion.blocks.children.list({
			block_id: id('meadow') });
		assert.equal(above.results.at(-1).id, page.id);
		assert.equal(above.results.at(-1).child_page.title, 'Hay');
	},
	'create a row with every writable property': async ({ notion }) => {
		const row = await notion.pages.create({
			parent: { data_source_id: id('tasks') },
			properties: {
				Task: { title: title('Prune the apple') },
				Status: { status: { name: 'Doing' } },
				Priority: { select: { name: 'high' } },
				Tags: { multi_select: [{ name: 'wood' }] },
				Due: { date: { start: '2026-12-01' } },
				Who: { people: [{ id: id('gardener') }] },
				Bed: { relation: [{ id: id('bed-herbs') }] },
				Hours: { number: 2.5 },
				Photos: { files: [{ name: 'tree',
					external: { url: 'https://images.example.org/t.jpg' },
				}] },
			},
		});
		const { properties: p } = row;
		assert.equal(p.Status.status.name, 'Doing');
		assert.equal(p.Hours.number, 2.5);
		assert.equal(p.No.unique_id.prefix, 'TASK');
		assert.deepEqual(p.Due.date,
		    { start: '2026-12-01', end: null, time_zone: null });
		const bed = await notion.pages.retrieve({ page_id: id('bed-herbs') });
		assert.ok(bed.properties.Tasks.relation.some((r) => r.id === row.id),
		    'the far side of a relation follows');
	},
	'an unknown option is made, of a select': async ({ notion }) => {
		await notion.pages.update({ page_id: id('task-feast'), properties: {
			Tags: { multi_select: [{ name: 'party' }, { name: 'music' }] },
		} });
		const source = await notion.dataSources.retrieve({
			data_source_id: id('tasks') });
		assert.ok(source.properties.Tags.multi_select.options
		    .some((o) => o.name === 'music'));
	},
	'but not of a status': async ({ notion }) => {
		await refused(notion.pages.update({ page_id: id('task-feast'),
			properties: { Status: { status: { name: 'Someday' } } } }),
		    'validation_error', 400);
	},
	'update: values, icon, cover': async ({ notion }) => {
		const page = await notion.pages.update({
			page_id: id('task-feast'),
			icon: { emoji: '🎈' },
			cover: { external: { url: 'https://images.example.org/f.jpg' } },
			properties: {
				'Task': { title: title('Autumn feast') },
				'Due': { date: null },
				'Hours': { number: null },
			},
		});
		assert.equal(page.properties.Task.title[0].plain_text,
		    'Autumn feast');
		assert.equal(page.properties.Due.date, null);
		assert.equal(page.icon.emoji, '🎈');
		const bare = await notion.pages.update({ page_id: id('task-feast'),
			icon: null, cover: null });
		assert.equal(bare.icon, null);
		assert.equal(bare.cover, null);
	},
	'what is computed cannot be written': async ({ notion }) => {
		for (const [key, name, value] of [
			['bed-north', 'Hours', { rollup: { number: 1 } }],
			['tomato', 'Label', { formula: { string: 'x' } }],
			['task-tanks', 'Made', { created_time: '2026-01-01' }],
		])
			await refused(notion.pages.update({ page_id: id(key),
				properties: { [name]: value } }),
			    'validation_error', 400);
	},
	'a property that is not there': async ({ notion }) => {
		await refused(notion.pages.update({ page_id: id('tomato'),
			properties: { Colour: { number: 1 } } }),
		    'validation_error', 400);
	},
	'trash and back': async ({ notion }) => {
		const gone = await notion.pages.update({ page_id: id('borage'),
			in_trash: true });
		assert.equal(gone.in_trash, true);
		const still = await notion.pages.retrieve({ page_id: id('borage') });
		assert.equal(still.in_trash, true);
		const rows = async () => (await notion.dataSources.query({
			data_source_id: id('plants') })).results.map((r) => r.id);
		assert.ok(!(await rows()).includes(id('borage')));
		const back = await notion.pages.update({ page_id: id('borage'),
			in_trash: false });
		assert.equal(back.in_trash, false);
		assert.ok((await rows()).includes(id('borage')));
	},
	'move to another page': async ({ notion }) => {
		const page = await notion.pages.move({ page_id: id('shed-rules'),
			parent: { type: 'page_id', page_id: id('meadow') } });
		assert.equal(page.parent.page_id, id('meadow'));
		const left = await notion.blocks.children.list({
			block_id: id('shed') });
		assert.ok(left.results.every((b) => b.id !== id('shed-rules')));
		const there = await notion.blocks.children.list({
			block_id: id('meadow') });
		assert.equal(there.results.at(-1).id, id('shed-rules'));
	},
	'lock and unlock': async ({ notion }) => {
		const locked = await notion.pages.update({ page_id: id('shed'),
			is_locked: true });
		assert.equal(locked.is_locked, true);
		const open = await notion.pages.update({ page_id: id('shed'),
			is_locked: false });
		assert.equal(open.is_locked, false);
	},
};
