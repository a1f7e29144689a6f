// Databases and data sources (api 2.3, 3.2, 3.6).
'use strict';

const assert = require('assert');
const { sdk, id, refused } = require('./harness.js');

const text = (content) => [{ text: { content } }];

module.exports = {
	'every database, and its data sources': async ({ notion }) => {
		for (const [key, sources] of [['tasks-db', ['tasks']],
			['beds-db', ['beds']], ['plants-db', ['plants']],
			['book-db', ['meetings', 'harvests']]]) {
			const database = await notion.databases.retrieve({
				database_id: id(key) });
			assert.ok(sdk.isFullDatabase(database));
			assert.deepEqual(database.data_sources.map((s) => s.id),
			    sources.map(id));
		}
	},
	'every data source, all types of property': async ({ notion }) => {
		const types = new Set();
		for (const key of ['tasks', 'beds', 'plants', 'meetings',
			'harvests']) {
			const source = await notion.dataSources.retrieve({
				data_source_id: id(key) });
			for (const p of Object.values(source.properties))
				types.add(p.type);
		}
		assert.equal(types.size, 24);
	},
	'templates: none': async ({ notion }) => {
		const { templates } = await notion.dataSources.listTemplates({
			data_source_id: id('tasks') });
		assert.deepEqual(templates, []);
	},
	'a page is no database': async ({ notion }) => {
		await assert.rejects(notion.databases.retrieve({
			database_id: id('home') }), /page|find/i);
	},
	'create a database with properties of many types': async ({ notion }) => {
		const database = await notion.databases.create({
			parent: { type: 'page_id', page_id: id('meadow') },
			title: text('Hives'), icon: { emoji: '🐝' },
			is_inline: true,
			initial_data_source: { properties: {
				'Hive': { title: {} },
				'Frames': { number: { format: 'number' } },
				'Mood': { select: { options: [
					{ name: 'calm', color: 'green' },
					{ name: 'cross', color: 'red' } ] } },
				'Colours': { multi_select: { options: [] } },
				'Stage': { status: {} },
				'Seen': { date: {} },
				'Keeper': { people: {} },
				'Photos': { files: {} },
				'Strong': { checkbox: {} },
				'Site': { url: {} },
				'Mail': { email: {} },
				'Call': { phone_number: {} },
				'Bed': { relation: { data_source_id: id('beds'),
					single_property: {} } },
				'Area': { rollup: { function: 'sum',
					relation_property_name: 'Bed',
					rollup_property_name: 'Area' } },
				'Twice': { formula: {
					expression: 'prop("Frames") * 2' } },
				'No': { unique_id: { prefix: 'HIVE' } },
				'Made': { created_time: {} },
				'By': { created_by: {} },
			} },
		});
		assert.equal(database.is_inline, true);
		assert.equal(database.data_sources.length, 1);
		const source = await notion.dataSources.retrieve({
			data_source_id: database.data_sources[0].id });
		assert.equal(Object.keys(source.properties).length, 18);
		assert.equal(source.properties.Hive.id, 'title');
		assert.equal(source.properties.Stage.status.groups.length, 3);
		const views = await notion.views.list({
			database_id: database.id });
		assert.equal(views.results.length, 1);
		const row = await notion.pages.create({
			parent: { database_id: database.id },
			properties: { Hive: { title: text('One') },
				Frames: { number: 10 } } });
		assert.equal(row.parent.data_source_id, source.id);
		assert.equal(row.properties.No.unique_id.number, 1);
	},
	'update a database': async ({ notion }) => {
		const database = await notion.databases.update({
			database_id: id('book-db'), title: text('The garden book'),
			description: text('since 2019'), icon: { emoji: '📗' } });
		assert.equal(database.title[0].plain_text, 'The garden book');
		assert.equal(database.description[0].plain_text, 'since 2019');
	},
	'a second data source in a database': async ({ notion }) => {
		const source = await notion.dataSources.create({
			parent: { database_id: id('beds-db') },
			title: text('Pots'),
			properties: { Pot: { title: {} }, Litres: { number: {} } } });
		assert.equal(source.parent.database_id, id('beds-db'));
		const { data_sources } = await notion.databases.retrieve({
			database_id: id('beds-db') });
		assert.deepEqual(data_sources.map((s) => s.name),
		    ['Beds', 'Pots']);
	},
	'schema: add, rename, drop a property': async ({ notion }) => {
		const change = (properties) => notion.dataSources.update({
			data_source_id: id('harvests'), properties });
		const added = await change({ Sold: { checkbox: {} } });
		assert.equal(added.properties.Sold.type, 'checkbox');
		const renamed = await change({ Sold: { name: 'Sold it' } });
		assert.equal(renamed.properties['Sold it'].id,
		    added.properties.Sold.id);
		const row = await notion.pages.retrieve({
			page_id: id('harvest-1') });
		assert.equal(row.properties['Sold it'].checkbox, false);
		const dropped = await change({ 'Sold it': null });
		assert.ok(!('Sold it' in dropped.properties));
	},
	'schema: the title stays': async ({ notion }) => {
		await refused(notion.dataSources.update({
			data_source_id: id('harvests'), properties: { What: null } }),
		    'validation_error', 400);
	},
	'a dual relation makes its far side': async ({ notion }) => {
		await notion.dataSources.update({ data_source_id: id('harvests'),
			properties: { From: { relation: {
				data_source_id: id('meetings'),
				dual_property: {} } } } });
		const other = await notion.dataSources.retrieve({
			data_source_id: id('meetings') });
		const back = Object.values(other.properties).find((p) =>
			p.type === 'relation' &&
			p.relation.data_source_id === id('harvests'));
		assert.equal(back.relation.dual_property.synced_property_name,
		    'From');
	},
	'trash a database': async ({ notion }) => {
		const gone = await notion.databases.update({
			database_id: id('plants-db'), in_trash: true });
		assert.equal(gone.in_trash, true);
		const { results } = await notion.blocks.children.list({
			block_id: id('home') });
		assert.ok(results.every((b) => b.id !== id('plants-db')));
	},
};
