// Conversations with the real service, held again with notion-serve: same
// status, same keys, same types.
//
// What a conversation reads without having made it is put there first; ids
// that were made in it are other ones here, and are learnt from the answers.
'use strict';

const fs = require('fs');
const path = require('path');
const { serveFile, root } = require('./harness.js');

const corpora = process.env.NT_CORPORA ?? path.join(root, '../shared/corpora');
const folder = path.join(corpora, 'notion-api/sessions');
const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;
const dashed = (id) => id.replaceAll('-', '')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const versions = ['2025-09-03', '2026-03-11'];
const kinds = ['page', 'block', 'database', 'data_source', 'user', 'comment',
	'view'];

// ---- what was there before ----

const holder = (o) => o.parent?.[o.parent.type];

// Every whole object in an answer, outermost first.
const objects = (answer) => [answer, ...(answer.results ?? [])].filter(
    (o) => kinds.includes(o?.object) && o.id &&
	(o.created_time || o.object === 'user'));

const seeds = (calls) => {
	const made = new Set(), there = new Map(), users = new Set();
	for (const { method, path: at, request, response } of calls) {
		const below = request?.parent?.page_id;
		if (below && !made.has(dashed(below)) && !there.has(dashed(below)))
			there.set(dashed(below), page(dashed(below)));
		const makes = method === 'POST' &&
		    /^\/v1\/(pages|databases|data_sources|views|comments)$/.test(at) ||
		    /\/children$/.test(at) && method === 'PATCH';
		for (const o of objects(response)) {
			if (makes || made.has(holder(o)) ||
			    made.has(o.parent?.database_id))
				made.add(o.id);
			for (const source of o.data_sources ?? [])
				if (made.has(o.id))
					made.add(source.id);
			if (!made.has(o.id) &&
			    (there.get(o.id)?.madeUp ?? true))
				there.set(o.id, o);
		}
		for (const [, id] of JSON.stringify(response).matchAll(
		    /"object":"user","id":"([0-9a-f-]{36})"/g))
			users.add(id);
	}
	return { there, users };
};

const person = (id) => ({ object: 'user', id, name: 'Somebody',
	avatar_url: null, type: 'person', person: { email: 'a@example.org' } });

const page = (id) => ({
	madeUp: true,
	object: 'page', id, parent: { type: 'workspace', workspace: true },
	created_time: '2026-01-01T00:00:00.000Z',
	last_edited_time: '2026-01-01T00:00:00.000Z',
	created_by: { object: 'user', id: bot.id },
	last_edited_by: { object: 'user', id: bot.id },
	cover: null, icon: null, in_trash: false, is_archived: false,
	is_locked: false, public_url: null, url: 'https://www.notion.so/x',
	properties: { title: { id: 'title', type: 'title', title: [] } },
});

const bot = { object: 'user', id: '00000000-0000-4000-8000-00000000b070',
	name: 'Bot', avatar_url: null, type: 'bot', bot: { owner:
	    { type: 'workspace', workspace: true }, workspace_name: 'W',
	    workspace_id: '00000000-0000-4000-8000-000000000001',
	    workspace_limits: { max_file_upload_size_in_bytes: 5368709120 } } };

// A data source that only its rows were seen of.
const configs = { select: { options: [] }, multi_select: { options: [] },
	status: { options: [], groups: [] }, number: { format: 'number' },
	unique_id: { prefix: null } };
const source = ({ parent, properties }) => ({
	...page(parent.data_source_id), object: 'data_source', title: [],
	description: [], is_inline: false,
	parent: { type: 'database_id', database_id: parent.database_id },
	database_parent: { type: 'workspace', workspace: true },
	properties: Object.fromEntries(Object.entries(properties).map(
	    ([name, { id, type }]) => [name, { id, name, type,
		description: null, [type]: configs[type] ?? {} }])),
});
const database = ({ id, parent, database_parent }) => ({
	...page(parent.database_id), object: 'database', title: [],
	description: [], is_inline: false, parent: database_parent,
	data_sources: [{ id, name: '' }], properties: undefined,
});

// The parents that were never seen themselves, made up.
const complete = (there) => {
	const add = (o) => there.has(o.id) || there.set(o.id, o);
	for (const o of [...there.values()])
		if (o.object === 'page' && o.parent.data_source_id)
			add(source(o));
	for (const o of [...there.values()])
		if (o.object === 'data_source' && o.parent.database_id)
			add(database(o));
	for (const o of [...there.values()])
		if (o.parent?.page_id)
			add(page(o.parent.page_id));
};

// The custom emojis that answers show.
const emojis = (v, found = new Map()) => {
	if (v === null || typeof v !== 'object')
		return found;
	if (v.custom_emoji?.url)
		found.set(v.custom_emoji.id,
		    { object: 'custom_emoji', ...v.custom_emoji });
	Object.values(v).forEach((member) => emojis(member, found));
	return found;
};

// The stream of all that, a parent before what it holds.
const seed = (calls) => {
	const { there, users } = seeds(calls);
	for (const id of users)
		if (!there.has(id))
			there.set(id, person(id));
	complete(there);
	if (![...there.values()].some((o) => o.type === 'bot'))
		there.set(bot.id, bot);
	const lines = [], written = new Set();
	const write = (o) => {
		if (written.has(o.id))
			return;
		written.add(o.id);
		if (there.has(holder(o)))
			write(there.get(holder(o)));
		const { request_id, archived, madeUp, ...rest } = o;
		lines.push(`${JSON.stringify(rest)}\n`);
	};
	[...there.values(), ...emojis(calls).values()].forEach(write);
	return lines.join('');
};

// ---- comparing ----

// Optional by the documents, or different on purpose.
const free = new Set(['request_id', 'expiry_time', 'request_status']);

const typeOf = (v) => v === null ? 'null' : Array.isArray(v) ? 'array' :
	typeof v;

const compare = (theirs, ours, at, ids, faults) => {
	const [a, b] = [typeOf(theirs), typeOf(ours)];
	if (a === 'null' || b === 'null')
		return;
	if (a !== b) {
		faults.push(`${at} is ${b}, expected ${a}`);
	} else if (a === 'array') {
		if (/\/(results|rich_text|title|cells|relation|people)$/.test(at) &&
		    theirs.length !== ours.length)
			faults.push(`${at} has ${ours.length} elements, ` +
			    `expected ${theirs.length}`);
		theirs.slice(0, ours.length).forEach((v, n) => compare(v,
		    v?.id && ours.find((o) => o.id === (ids.get(v.id) ?? v.id)) ||
		    ours[n], `${at}/${n}`, ids, faults));
	} else if (a === 'object') {
		for (const key of Object.keys(theirs))
			if (key in ours)
				compare(theirs[key], ours[key], `${at}/${key}`, ids,
				    faults);
			else if (!free.has(key))
				faults.push(`${at}/${key} is missing`);
		for (const key of Object.keys(ours))
			if (!(key in theirs) && !free.has(key))
				faults.push(`${at}/${key} is too much`);
	} else if (a === 'string' && /^[0-9a-f-]{36}$/.test(theirs) &&
	    /^[0-9a-f-]{36}$/.test(ours)) {
		ids.set(theirs, ours);
	} else if (a === 'string' && /\/(object|type)$/.test(at) &&
	    theirs !== ours) {
		faults.push(`${at} is ${ours}, expected ${theirs}`);
	}
};

// ---- the conversation ----

const replay = async (calls, say = () => {}) => {
	const file = path.join(process.env.TMPDIR ?? '/tmp',
	    `replay-${process.pid}.ndjson`);
	fs.writeFileSync(file, seed(calls));
	const server = await serveFile(file, '--partial');
	fs.unlinkSync(file);
	const ids = new Map(), faults = [];
	const here = (text) => text.replace(uuid, (id) =>
		ids.get(dashed(id)) ?? id);
	try {
		for (const [n, call] of calls.entries()) {
			const at = `${n + 1} ${call.method} ${call.path}`;
			const answer = await fetch(server.url + here(call.path), {
				method: call.method,
				headers: { 'Authorization': 'Bearer x',
					'Notion-Version': call.notion_version,
					'Content-Type': 'application/json' },
				body: call.request == null || call.method === 'GET' ?
				    undefined : here(JSON.stringify(call.request)),
			});
			const text = await answer.text();
			const ours = JSON.parse(text);
			if (answer.status !== call.status) {
				faults.push(`${at}: ${answer.status} ` +
				    `${ours.code} ${ours.message}, ` +
				    `expected ${call.status}`);
				break;
			}
			const found = [];
			compare(call.response, ours, '', ids, found);
			faults.push(...found.map((what) => `${at}: ${what}`));
		}
	} finally {
		await server.stop();
	}
	return faults;
};

// Conversations that cannot be held again here, and why.
const unfit = new Map([
	['notion-sdk-py-api-response-error-additional-data.ndjson',
		'its token is refused, which is shown in errors.js'],
	['notion-sdk-py-async-tasks-retrieve.ndjson',
		'it writes Markdown, which is not served'],
	['notion-sdk-py-file-uploads-create-external.ndjson',
		'it imports a file from another host, which is refused here'],
	['notion-sdk-py-file-uploads-list.ndjson',
		'it lists uploads of former conversations'],
	['notion-sdk-py-file-uploads-list-with-pagination.ndjson',
		'it lists uploads of former conversations'],
	['ultimate-notion-icon-attr.ndjson',
		'links to icons of the house become icons there'],
	['ultimate-notion-long-code-block.ndjson',
		'neighbours of one style are joined there, which is not promised'],
	['ultimate-notion-query-new-task-db.ndjson',
		'formulas are not evaluated here'],
	['ultimate-notion-page-introduction.ndjson',
		'its search finds what was never recorded'],
	['ultimate-notion-all-createable-props-schema.ndjson',
		'its search finds what was never recorded'],
]);

const tests = {};
const names = fs.existsSync(folder) ? fs.readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson')).sort() : [];
for (const name of names) {
	if (unfit.has(name))
		continue;
	const calls = fs.readFileSync(path.join(folder, name), 'utf8')
	    .split('\n').filter(Boolean).map(JSON.parse)
	    .filter((call) => versions.includes(call.notion_version));
	if (calls.length === 0)
		continue;
	tests[name.replace('.ndjson', '')] = async () => {
		const faults = await replay(calls);
		if (faults.length > 0)
			throw new Error(faults.slice(0, 12).join('\n'));
	};
}

module.exports = tests;
