// Views and their queries (api 2.8).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

module.exports = {
	'of a database, dashboards among them': async ({ notion }) => {
		const { results } = await notion.views.list({
			database_id: id('tasks-db') });
		assert.equal(results.length, 7);
		assert.ok(results.some((v) => v.id === id('tasks-dash')));
	},
	'of a data source': async ({ notion }) => {
		const { results } = await notion.views.list({
			data_source_id: id('tasks') });
		assert.deepEqual(results.map((v) => v.id), ['tasks-table',
			'tasks-board', 'tasks-calendar', 'tasks-timeline',
			'tasks-form', 'tasks-chart'].map(id));
	},
	'each of them whole': async ({ notion }) => {
		for (const key of ['beds-map', 'beds-gallery', 'plants-table',
			'plants-list', 'tasks-dash', 'tasks-table', 'tasks-board',
			'tasks-calendar', 'tasks-timeline', 'tasks-form',
			'tasks-chart']) {
			const view = await notion.views.retrieve({
				view_id: id(key) });
			assert.ok(view.name, key);
		}
	},
	'a query of a view, a page at a time': async ({ notion }) => {
		const query = await notion.views.queries.create({
			view_id: id('plants-table'), page_size: 4 });
		assert.equal(query.total_count, 6);
		assert.equal(query.results.length, 4);
		const rest = await notion.views.queries.results({
			view_id: id('plants-table'), query_id: query.id,
			start_cursor: query.next_cursor });
		assert.equal(rest.results.length, 2);
		const gone = await notion.views.queries.delete({
			view_id: id('plants-table'), query_id: query.id });
		assert.equal(gone.deleted, true);
	},
	'create, change, delete': async ({ notion }) => {
		const view = await notion.views.create({
			database_id: id('plants-db'), data_source_id: id('plants'),
			name: 'In the shade', type: 'table',
			filter: { property: 'Sun', select: { equals: 'shade' } } });
		assert.equal(view.data_source_id, id('plants'));
		const changed = await notion.views.update({ view_id: view.id,
			name: 'Shade' });
		assert.equal(changed.name, 'Shade');
		await notion.views.delete({ view_id: view.id });
		await refused(notion.views.retrieve({ view_id: view.id }),
		    'object_not_found', 404);
	},
	'the last view of a database stays': async ({ notion }) => {
		await notion.views.delete({ view_id: id('meetings-list') });
		await refused(notion.views.delete({
			view_id: id('harvests-table') }), 'validation_error', 400);
	},
};
