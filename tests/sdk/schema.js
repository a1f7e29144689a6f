// schema - JSON Schema of the official client's own response types.
//
// Generated from its declarations when first asked for, kept in the build
// folder by version.  Where the client's types are known to say less than the
// service does, mend() says so; nothing else is let through.
'use strict';

const fs = require('fs');
const path = require('path');

const home = process.env.NT_SDK;		// where node_modules is
const modules = path.join(home, 'node_modules');
const need = (name) => require(path.join(modules, name));
const client = path.join(modules, '@notionhq/client');
const { version } = need('@notionhq/client/package.json');
const kept = path.join(home, `schema-${version}.json`);

// The type of each answer, by the method of the client that gets it.
const answers = {
	'blocks.retrieve': 'GetBlockResponse',
	'blocks.update': 'UpdateBlockResponse',
	'blocks.delete': 'DeleteBlockResponse',
	'blocks.children.list': 'ListBlockChildrenResponse',
	'blocks.children.append': 'AppendBlockChildrenResponse',
	'databases.retrieve': 'GetDatabaseResponse',
	'databases.create': 'CreateDatabaseResponse',
	'databases.update': 'UpdateDatabaseResponse',
	'dataSources.retrieve': 'GetDataSourceResponse',
	'dataSources.query': 'QueryDataSourceResponse',
	'dataSources.create': 'CreateDataSourceResponse',
	'dataSources.update': 'UpdateDataSourceResponse',
	'dataSources.listTemplates': 'ListDataSourceTemplatesResponse',
	'pages.create': 'CreatePageResponse',
	'pages.retrieve': 'GetPageResponse',
	'pages.update': 'UpdatePageResponse',
	'pages.move': 'MovePageResponse',
	'pages.retrieveMarkdown': 'GetPageMarkdownResponse',
	'pages.properties.retrieve': 'GetPagePropertyResponse',
	'users.retrieve': 'GetUserResponse',
	'users.list': 'ListUsersResponse',
	'users.me': 'GetSelfResponse',
	'customEmojis.list': 'ListCustomEmojisResponse',
	'comments.create': 'CreateCommentResponse',
	'comments.list': 'ListCommentsResponse',
	'comments.retrieve': 'GetCommentResponse',
	'comments.update': 'UpdateCommentResponse',
	'comments.delete': 'DeleteCommentResponse',
	'fileUploads.create': 'CreateFileUploadResponse',
	'fileUploads.retrieve': 'GetFileUploadResponse',
	'fileUploads.list': 'ListFileUploadsResponse',
	'fileUploads.send': 'SendFileUploadResponse',
	'fileUploads.complete': 'CompleteFileUploadResponse',
	'views.create': 'CreateViewResponse',
	'views.retrieve': 'GetViewResponse',
	'views.update': 'UpdateViewResponse',
	'views.delete': 'DeleteViewResponse',
	'views.list': 'ListDatabaseViewsResponse',
	'views.queries.create': 'CreateViewQueryResponse',
	'views.queries.results': 'GetViewQueryResultsResponse',
	'views.queries.delete': 'DeleteViewQueryResponse',
	search: 'SearchResponse',
};

// ---- where the types say less than the service does ----

const plainConfig = (type) => ({
	type: 'object',
	properties: {
		id: { type: 'string' }, name: { type: 'string' },
		description: { type: ['string', 'null'] },
		type: { const: type }, [type]: { type: 'object' },
	},
	required: ['id', 'name', 'description', 'type', type],
	additionalProperties: false,
});

const isSchemaOfProperties = (s) => Array.isArray(s.anyOf) && s.anyOf.some(
    (one) => one.properties?.unique_id?.properties?.prefix &&
	one.properties.description);

const mend = (s) => {
	if (s === null || typeof s !== 'object')
		return;
	Object.values(s).forEach(mend);
	// A relation tells whether it has more than 25 (api 0, D2).
	if (s.properties?.type?.const === 'relation' && s.properties.id &&
	    s.properties.relation?.type === 'array')
		s.properties.has_more = { type: 'boolean' };
	// Schemas show types that the union does not have (api 0, D3).
	if (isSchemaOfProperties(s))
		s.anyOf.push(...['button', 'place', 'verification']
		    .map(plainConfig));
	// The type of a quick filter's condition forgets what is in it.
	if (s.properties?.quick_filters)
		s.properties.quick_filters = { type: ['object', 'null'] };
	delete s.deprecated;
};

const generate = () => {
	const { createGenerator } = need('ts-json-schema-generator');
	const generator = createGenerator({
		path: path.join(client, 'build/src/api-endpoints.d.ts'),
		skipTypeCheck: true, additionalProperties: false,
	});
	const schemas = {};
	for (const type of Object.values(answers)) {
		schemas[type] = generator.createSchema(type);
		mend(schemas[type]);
	}
	return schemas;
};

const load = () => {
	const made = `${__filename} ${fs.statSync(__filename).mtimeMs}`;
	try {
		const { from, schemas } = JSON.parse(fs.readFileSync(kept));
		if (from === made)
			return schemas;
	} catch { /* not there yet, or cut off */ }
	const schemas = generate();
	fs.writeFileSync(`${kept}.new`, JSON.stringify({ from: made, schemas }));
	fs.renameSync(`${kept}.new`, kept);
	return schemas;
};

// "archived" is deprecated and gone from 2026-03-11 (api 2.10).
const forget = (s) => {
	if (s === null || typeof s !== 'object')
		return s;
	Object.values(s).forEach(forget);
	if (Array.isArray(s.required))
		s.required = s.required.filter((name) => name !== 'archived');
	return s;
};

const Ajv = need('ajv').default;
const ajv = new Ajv({ strict: false, allErrors: true });
const schemas = load();
const compiled = new Map();

// A union fails with the faults of every branch: those count whose branch has
// no other "object" or "type" than the answer, the deepest first.
const faultsOf = (errors) => {
	const branch = (e) => e.schemaPath.match(/^(.*anyOf\/\d+)/)?.[1] ?? '';
	const wrong = new Set(errors.filter((e) => e.keyword === 'const')
	    .map(branch));
	const right = errors.filter((e) => e.keyword !== 'anyOf' &&
	    !wrong.has(branch(e)));
	const depth = (e) => e.instancePath.split('/').length;
	return [...new Set((right.length ? right : errors)
	    .sort((a, b) => depth(b) - depth(a)).map((e) =>
		`${e.instancePath || '/'} ${e.message} ` +
		JSON.stringify(e.params)))].slice(0, 4).join('; ');
};

// Throws unless the answer is what the client's types promise for the method.
const judge = (method, version, answer) => {
	const type = answers[method], key = `${type} ${version}`;
	if (!compiled.has(key))
		compiled.set(key, ajv.compile(version === '2025-09-03' ?
		    schemas[type] : forget(structuredClone(schemas[type]))));
	const { request_id, ...rest } = answer;
	if (!/^[0-9a-f-]{36}$/.test(request_id))
		throw new Error(`${method}: request_id is ${request_id}`);
	const valid = compiled.get(key);
	// Lists are judged item by item, so that a fault names its item.
	if (Array.isArray(rest.results) && rest.results.length > 1) {
		for (const item of rest.results)
			judgeRest(method, type, valid, { ...rest, results: [item] });
		return;
	}
	judgeRest(method, type, valid, rest);
};

const judgeRest = (method, type, valid, rest) => {
	if (!valid(rest))
		throw new Error(`${method}: not a ${type}: ` +
		    `${faultsOf(valid.errors)}\n${JSON.stringify(rest).slice(0, 900)}`);
};

module.exports = { answers, judge, need };
