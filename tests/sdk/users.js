// Users and custom emojis (api 2.5).
'use strict';

const assert = require('assert');
const { id, refused } = require('./harness.js');

module.exports = {
	'me is the bot, and tells the workspace': async ({ notion }) => {
		const me = await notion.users.me({});
		assert.equal(me.type, 'bot');
		assert.equal(me.bot.workspace_name, 'Elm Street Garden');
		assert.ok(me.bot.workspace_limits.max_file_upload_size_in_bytes > 0);
	},
	'all users, in the stream\'s order': async ({ notion }) => {
		const { results, has_more, next_cursor } = await notion.users.list({});
		assert.deepEqual(results.map((u) => u.id),
		    ['gardener', 'beekeeper', 'bot'].map(id));
		assert.equal(has_more, false);
		assert.equal(next_cursor, null);
	},
	'users, a page at a time': async ({ notion }) => {
		const first = await notion.users.list({ page_size: 2 });
		assert.equal(first.results.length, 2);
		assert.equal(first.has_more, true);
		const second = await notion.users.list({ page_size: 2,
			start_cursor: first.next_cursor });
		assert.deepEqual(second.results.map((u) => u.id), [id('bot')]);
		assert.equal(second.has_more, false);
	},
	'a user by id': async ({ notion }) => {
		const user = await notion.users.retrieve({ user_id: id('gardener') });
		assert.equal(user.person.email, 'gardener@example.org');
	},
	'a user by id without dashes': async ({ notion }) => {
		const user = await notion.users.retrieve({
			user_id: id('beekeeper').replaceAll('-', '') });
		assert.equal(user.name, 'Beekeeper 🐝');
	},
	'nobody': async ({ notion }) => {
		await refused(notion.users.retrieve({ user_id: id('nobody') }),
		    'object_not_found', 404);
	},
	'custom emojis, all and by name': async ({ notion }) => {
		const all = await notion.customEmojis.list();
		assert.deepEqual(all.results.map((e) => e.name),
		    ['sprout', 'compost']);
		const one = await notion.customEmojis.list({ name: 'compost' });
		assert.deepEqual(one.results.map((e) => e.id), [id('compost')]);
	},
};
