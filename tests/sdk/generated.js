// A generated workspace, object by object: what the tests are fed with is what
// the types promise, too; and values too long for a page (api 3.9).
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { execFileSync } = require('child_process');
const { sdk } = require('./harness.js');

const home = process.env.NT_SDK;
const file = path.join(home, 'generated.ndjson');
const generate = path.join(home, '../tests/generate');

const records = () => fs.readFileSync(file, 'utf8').split('\n')
    .filter(Boolean).map(JSON.parse);

// How the client gets one object of each kind.
const get = {
	user: (notion, id) => notion.users.retrieve({ user_id: id }),
	page: (notion, id) => notion.pages.retrieve({ page_id: id }),
	block: (notion, id) => notion.blocks.retrieve({ block_id: id }),
	database: (notion, id) => notion.databases.retrieve({ database_id: id }),
	data_source: (notion, id) =>
		notion.dataSources.retrieve({ data_source_id: id }),
	view: (notion, id) => notion.views.retrieve({ view_id: id }),
	comment: (notion, id) => notion.comments.retrieve({ comment_id: id }),
};

module.exports = {
	stream: () => {
		fs.writeFileSync(file, execFileSync(generate, ['--pages', '40',
			'--blocks-per-page', '10', '--comments', '--files',
			'--depth', '3', '--relation', '40'],
		    { maxBuffer: 1 << 26 }));
		return file;
	},
	'every object of it': async ({ notion }) => {
		let count = 0;
		for (const { object, id } of records()) {
			if (!get[object])
				continue;
			const got = await get[object](notion, id);
			assert.equal(got.id, id);
			count++;
		}
		assert.ok(count > 400, `${count} were got`);
	},
	'of 40 relations a page shows 25, its items are all': async (
	    { notion }) => {
		const hub = records().find((o) => o.object === 'page' &&
			o.properties.Spokes?.relation.length === 40);
		const page = await notion.pages.retrieve({ page_id: hub.id });
		const { id, relation, has_more } = page.properties.Spokes;
		assert.equal(relation.length, 25);
		assert.equal(has_more, true);
		const items = await sdk.collectPaginatedAPI(
		    (args) => notion.pages.properties.retrieve(args),
		    { page_id: hub.id, property_id: id, page_size: 15 });
		assert.deepEqual(items.map((item) => item.relation.id),
		    hub.properties.Spokes.relation.map((r) => r.id));
	},
};
