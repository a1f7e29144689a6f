// Filters, sorts and pages of a data source (api 5).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

const keys = ['bed-north', 'bed-south', 'bed-herbs', 'bed-old', 'tomato',
	'basil', 'borage', 'mint', 'mint2', 'bean', 'task-tanks', 'task-boxes',
	'task-sow', 'task-plant', 'task-mint', 'task-feast', 'task-roof',
	'task-empty', 'meeting-1', 'meeting-2', 'harvest-1', 'harvest-2'];
const keyOf = new Map(keys.map((key) => [id(key), key]));

const ask = async (notion, source, more) => {
	const { results } = await notion.dataSources.query({
		data_source_id: id(source), ...more });
	return results.map((row) => keyOf.get(row.id));
};

const by = (property, type, cond) => ({ property, [type]: cond });

// A data source, a filter on it, and the rows that it finds, in any order.
const filters = [
	['beds', by('Name', 'title', { equals: 'North bed' }), ['bed-north']],
	['beds', by('Name', 'title', { contains: 'BED' }),
		['bed-north', 'bed-south']],
	['beds', by('Name', 'title', { does_not_contain: 'bed' }), ['bed-herbs']],
	['beds', by('Name', 'title', { starts_with: 'Herb' }), ['bed-herbs']],
	['beds', by('Name', 'title', { ends_with: '☀️' }), ['bed-south']],
	['beds', by('Area', 'number', { greater_than: 8 }), ['bed-north']],
	['beds', by('Area', 'number', { greater_than_or_equal_to: 8 }),
		['bed-north', 'bed-south']],
	['beds', by('Area', 'number', { less_than: 8 }), ['bed-herbs']],
	['beds', by('Area', 'number', { equals: 12.5 }), ['bed-north']],
	['beds', by('Mail', 'email', { is_empty: true }),
		['bed-north', 'bed-herbs']],
	['beds', by('Mail', 'email', { ends_with: '@example.org' }),
		['bed-south']],
	['beds', by('Call', 'phone_number', { contains: '555' }), ['bed-south']],
	['beds', by('Map', 'url', { is_not_empty: true }), ['bed-south']],
	['beds', by('Keeper', 'people', { contains: id('beekeeper') }),
		['bed-south']],
	['beds', by('Keeper', 'people', { is_empty: true }), ['bed-herbs']],
	['beds', by('Tasks', 'relation', { contains: id('task-mint') }),
		['bed-herbs']],
	['beds', by('Checked', 'verification', { status: 'verified' }),
		['bed-north']],
	['beds', by('How many', 'rollup', { number: { greater_than: 1 } }),
		['bed-south']],
	['beds', by('Next', 'rollup', { date: { before: '2026-03-17' } }),
		['bed-south']],
	['beds', by('Square feet', 'formula', { number: { less_than: 50 } }),
		['bed-herbs']],
	['plants', by('Sun', 'select', { equals: 'shade' }), ['mint', 'mint2']],
	['plants', by('Sun', 'select', { equals: ['full', 'half'] }),
		['tomato', 'basil', 'borage']],
	['plants', by('Sun', 'select', { does_not_equal: 'full' }),
		['borage', 'mint', 'mint2', 'bean']],
	['plants', by('Sun', 'select', { is_empty: true }), ['bean']],
	['plants', by('Months', 'multi_select', { contains: 'June' }),
		['tomato', 'bean']],
	['plants', by('Months', 'multi_select', { does_not_contain: 'May' }),
		['mint', 'mint2']],
	['plants', by('Months', 'multi_select', { is_empty: true }),
		['mint', 'mint2']],
	['plants', by('Perennial', 'checkbox', { equals: true }),
		['mint', 'mint2']],
	['plants', by('Perennial', 'checkbox', { does_not_equal: true }),
		['tomato', 'basil', 'borage', 'bean']],
	['plants', by('Price', 'number', { is_empty: true }),
		['borage', 'mint2']],
	['plants', by('Price', 'number', { equals: 0 }), ['mint']],
	['plants', by('Notes', 'rich_text', { contains: 'only' }), ['mint']],
	['plants', by('Sown', 'date', { equals: '2026-03-15' }), ['tomato']],
	['plants', by('Sown', 'date', { on_or_after: '2026-04-02' }),
		['borage', 'bean']],
	['plants', by('Sown', 'date', { after: '2026-04-02' }), ['bean']],
	['plants', by('Sown', 'date', { on_or_before: '2026-04-02' }),
		['tomato', 'borage']],
	['plants', by('Label', 'formula', { string: { equals: 'MINT' } }),
		['mint', 'mint2']],
	['plants', by('Harvest', 'formula', { date: { before: '2026-07-01' } }),
		['tomato']],
	['plants', by('Good neighbours', 'relation', { is_not_empty: true }),
		['tomato', 'basil']],
	['plants', by('Room', 'rollup', { any: { number: { less_than: 4 } } }),
		['basil']],
	['plants', by('Room', 'rollup', { none: { number: { less_than: 9 } } }),
		['borage', 'mint', 'mint2']],
	['tasks', by('Status', 'status', { equals: 'Done' }),
		['task-tanks', 'task-sow']],
	['tasks', by('Status', 'status', { does_not_equal: 'Not started' }),
		['task-tanks', 'task-sow', 'task-boxes']],
	['tasks', by('Due', 'date', { is_empty: true }),
		['task-mint', 'task-empty']],
	['tasks', by('Photos', 'files', { is_not_empty: true }), ['task-boxes']],
	['tasks', by('No', 'unique_id', { less_than: 3 }),
		['task-tanks', 'task-boxes']],
	['tasks', by('Urgent', 'formula', { checkbox: { equals: true } }),
		['task-sow', 'task-plant']],
	['tasks', by('Changed by', 'last_edited_by',
	    { contains: id('beekeeper') }), ['task-tanks']],
	['tasks', { timestamp: 'last_edited_time',
		last_edited_time: { after: '2026-03-08' } }, ['task-tanks']],
	['tasks', { and: [
		by('Status', 'status', { does_not_equal: 'Done' }),
		{ or: [by('Priority', 'select', { equals: 'high' }),
			by('Tags', 'multi_select', { contains: 'party' })] },
	] }, ['task-plant', 'task-feast']],
];

const tests = {};
filters.forEach(([source, filter, want], n) => {
	const short = JSON.stringify(filter).slice(0, 90)
	    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…');
	tests[`${source} ${n}: ${short}`] = async ({ notion }) =>
		assert.deepEqual((await ask(notion, source, { filter })).sort(),
		    [...want].sort());
});

const sorted = (property, direction) => ({ sorts: [{ property, direction }] });

module.exports = {
	...tests,
	'a property by its id': async ({ notion }) => {
		const { properties } = await notion.dataSources.retrieve({
			data_source_id: id('plants') });
		assert.deepEqual(await ask(notion, 'plants', { filter: {
			property: properties.Perennial.id,
			checkbox: { equals: true } } }).then((r) => r.sort()),
		    ['mint', 'mint2']);
	},
	'sorts: numbers, both ways, empty ones last': async ({ notion }) => {
		assert.deepEqual((await ask(notion, 'plants',
		    sorted('Price', 'ascending'))).slice(0, 4),
		    ['mint', 'basil', 'tomato', 'bean']);
		assert.deepEqual((await ask(notion, 'plants',
		    sorted('Price', 'descending'))).slice(0, 4),
		    ['bean', 'tomato', 'basil', 'mint']);
	},
	'sorts: a select as its options stand': async ({ notion }) => {
		const rows = await ask(notion, 'plants', sorted('Sun', 'ascending'));
		assert.deepEqual([rows.slice(0, 2).sort(), rows[2]],
		    [['basil', 'tomato'], 'borage']);
	},
	'sorts: titles, whatever the case': async ({ notion }) => {
		assert.deepEqual((await ask(notion, 'plants',
		    sorted('Plant', 'ascending'))).slice(0, 3),
		    ['basil', 'bean', 'borage']);
	},
	'sorts: dates, then times of creation': async ({ notion }) => {
		assert.deepEqual((await ask(notion, 'tasks', { sorts: [
			{ property: 'Due', direction: 'ascending' },
			{ timestamp: 'created_time', direction: 'descending' },
		] })).slice(0, 3), ['task-sow', 'task-tanks', 'task-boxes']);
	},
	'a page at a time, everything once': async ({ notion }) => {
		const rows = await sdk.collectPaginatedAPI(
		    (args) => notion.dataSources.query(args),
		    { data_source_id: id('tasks'), page_size: 2 });
		assert.equal(rows.length, 7);
		assert.equal(new Set(rows.map((row) => row.id)).size, 7);
	},
	'archived rows only when asked for': async ({ url }) => {
		const rows = async (body) => {
			const answer = await fetch(
			    `${url}/v1/data_sources/${id('tasks')}/query`, {
				method: 'POST', body: JSON.stringify(body),
				headers: {
					'Authorization': 'Bearer x',
					'Content-Type': 'application/json',
					'Notion-Version': '2026-03-11',
				} });
			return (await answer.json()).results
			    .map((row) => keyOf.get(row.id));
		};
		assert.ok(!(await rows({})).includes('task-roof'));
		assert.deepEqual(await rows({ is_archived: true }), ['task-roof']);
	},
	'only some properties': async ({ notion }) => {
		const { results } = await notion.dataSources.query({
			data_source_id: id('tasks'), filter_properties: ['title'] });
		assert.deepEqual(Object.keys(results[0].properties), ['Task']);
	},
	'says that the result is complete': async ({ notion }) => {
		const { request_status } = await notion.dataSources.query({
			data_source_id: id('tasks') });
		assert.equal(request_status?.type, 'complete');
	},
	'what no filter may be': async ({ notion }) => {
		for (const filter of [
			by('Colour', 'number', { equals: 1 }),
			by('Sun', 'multi_select', { contains: 'full' }),
			by('Price', 'number', { contains: '1' }),
			by('Price', 'number', { equals: 'one' }),
			{ and: [{ and: [{ or: [by('Price', 'number',
			    { equals: 1 })] }] }] },
		])
			await refused(notion.dataSources.query({
				data_source_id: id('plants'), filter }),
			    'validation_error', 400);
	},
};
