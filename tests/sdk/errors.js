// What goes wrong, as the client's own errors (api 1.3, 1.6, 10.3).
'use strict';

const assert = require('assert');
const { connect, sdk, id, refused } = require('./harness.js');

const { APIErrorCode, ClientErrorCode } = sdk;
const headers = { 'Authorization': 'Bearer x',
	'Notion-Version': '2026-03-11', 'Content-Type': 'application/json' };
const raw = async (url, path, more = {}) => {
	const answer = await fetch(url + path, { headers, ...more });
	return { status: answer.status, ...await answer.json() };
};

module.exports = {
	'an id of nothing': async ({ notion }) => {
		const error = await refused(notion.pages.retrieve({
			page_id: id('nowhere') }), APIErrorCode.ObjectNotFound, 404);
		assert.ok(sdk.APIResponseError.isAPIResponseError(error));
		assert.match(error.message, /Could not find page with ID/);
		assert.match(error.request_id, /^[0-9a-f-]{36}$/);
	},
	'an id that is none': async ({ notion }) => {
		const error = await refused(notion.pages.retrieve({
			page_id: 'x' }), APIErrorCode.ValidationError, 400);
		assert.match(error.message,
		    /path\.page_id should be a valid uuid, instead was/);
	},
	'a path out of the API never leaves the client': async ({ notion }) => {
		await refused(notion.pages.retrieve({ page_id: '../users' }),
		    ClientErrorCode.InvalidPathParameter);
	},
	'a token that is none': async ({ url }) => {
		const { status, code } = await raw(url, '/v1/users/me',
		    { headers: { 'Notion-Version': '2026-03-11' } });
		assert.deepEqual([status, code], [401, APIErrorCode.Unauthorized]);
	},
	'no version': async ({ url }) => {
		const { status, code } = await raw(url, '/v1/users/me',
		    { headers: { 'Authorization': 'Bearer x' } });
		assert.deepEqual([status, code], [400, 'missing_version']);
	},
	'a version that is none': async ({ url }) => {
		await refused(connect(url, '2019-01-01').users.me({}),
		    APIErrorCode.ValidationError, 400);
	},
	'no such endpoint': async ({ url }) => {
		const { status, code, object } = await raw(url, '/v1/nothing');
		assert.deepEqual([status, code, object],
		    [400, APIErrorCode.InvalidRequestURL, 'error']);
	},
	'a body that is no JSON': async ({ url }) => {
		const { status, code } = await raw(url, '/v1/search',
		    { method: 'POST', body: '{"query": ' });
		assert.deepEqual([status, code], [400, APIErrorCode.InvalidJSON]);
	},
	'a key that nobody knows': async ({ notion, url }) => {
		const { status, code, message } = await raw(url, '/v1/search',
		    { method: 'POST', body: '{"colour":"red"}' });
		assert.deepEqual([status, code],
		    [400, APIErrorCode.ValidationError]);
		assert.match(message, /body\.colour should be not present/);
	},
	'pages of no size': async ({ notion }) => {
		for (const page_size of [0, 101])
			await refused(notion.users.list({ page_size }),
			    APIErrorCode.ValidationError, 400);
		for (const page_size of [0, 101])
			await refused(notion.search({ page_size }),
			    APIErrorCode.ValidationError, 400);
	},
	'a cursor of nowhere': async ({ notion }) => {
		for (const list of [
			() => notion.users.list({ start_cursor: 'x' }),
			() => notion.blocks.children.list({
				block_id: id('tour'), start_cursor: id('nowhere') }),
			() => notion.dataSources.query({
				data_source_id: id('tasks'), start_cursor: 'x' }),
			() => notion.search({ start_cursor: 'x' }),
		])
			await refused(list(), APIErrorCode.ValidationError, 400);
	},
	'text longer than a request may hold': async ({ notion }) => {
		const error = await refused(notion.blocks.children.append({
			block_id: id('shed'), children: [{ paragraph: { rich_text: [
				{ text: { content: 'y'.repeat(2001) } }] } }] }),
		    APIErrorCode.ValidationError, 400);
		assert.match(error.message, /body\.children\[0\]\.paragraph\./);
		assert.match(error.message, /2000/);
	},
	'a body over 500 KB': async ({ url }) => {
		const answer = await fetch(`${url}/v1/search`, { headers,
			method: 'POST', body: JSON.stringify({
				query: 'z'.repeat(600000) }) });
		await answer.text();
		assert.ok([400, 413].includes(answer.status));
	},
};
