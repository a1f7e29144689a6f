// Search (api 2.4).
'use strict';

const assert = require('assert');
const { sdk, id } = require('./harness.js');

module.exports = {
	'without a query: every page and data source': async ({ notion }) => {
		const found = await sdk.collectPaginatedAPI(
		    (args) => notion.search(args), { page_size: 10 });
		const of = (kind) => found.filter((o) => o.object === kind);
		assert.equal(of('data_source').length, 5);
		assert.equal(new Set(of('page').map((p) => p.id)).size,
		    of('page').length);
		for (const key of ['home', 'weeks', 'winter', 'tomato', 'meadow'])
			assert.ok(found.some((o) => o.id === id(key)), key);
	},
	'titles only, whatever the case': async ({ notion }) => {
		const { results } = await notion.search({ query: 'COMPOST' });
		assert.deepEqual(results.map((p) => p.id).sort(),
		    ['soil', 'recipes', 'weeks'].map(id).sort());
	},
	'only pages, only data sources': async ({ notion }) => {
		const only = async (value) => (await notion.search({ query: 'mint',
			filter: { property: 'object', value } })).results;
		assert.deepEqual((await only('page')).map((p) => p.id).sort(),
		    ['mint', 'mint2', 'task-mint'].map(id).sort());
		assert.deepEqual(await only('data_source'), []);
	},
	'by time of edit': async ({ notion }) => {
		const { results } = await notion.search({ sort: {
			timestamp: 'last_edited_time', direction: 'descending' } });
		const times = results.map((o) => o.last_edited_time);
		assert.deepEqual(times, [...times].sort().reverse());
		assert.equal(results[0].id, id('home'));
	},
	'right-to-left text': async ({ notion }) => {
		const { results } = await notion.search({ query: 'ברוכים' });
		assert.deepEqual(results.map((p) => p.id), [id('words')]);
	},
};
