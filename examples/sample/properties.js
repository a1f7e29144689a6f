// properties - schema entries and page values of every type (api 3.6).
'use strict';

const { id, rt, plain, sha256 } = require('./parts.js');

const colours = ['green', 'yellow', 'red', 'blue', 'brown', 'purple', 'gray'];

// An option of a select, by name: { id, name, color }.
const option = (name, n, description) => ({
	id: id(`option ${name}`), name, color: colours[n % colours.length],
	...description,
});

const options = (names) =>
	names.map((name, n) => option(name, n, { description: null }));

// Four characters; Notion writes them URL-encoded, so one of ours has a colon.
const propertyId = (source, name, type) => {
	if (type === 'title')
		return 'title';
	const h = sha256(`property ${source.key} ${name}`);
	return type === 'formula' ? `%3A${h.slice(0, 3)}` : h.slice(0, 4);
};

const groups = [['To-do', 'gray'], ['In progress', 'blue'],
	['Complete', 'green']];

const config = {
	select: ({ options: names }) => ({ options: options(names) }),
	multi_select: ({ options: names }) => ({ options: options(names) }),
	status: ({ options: names }) => ({
		options: options(names),
		groups: groups.map(([name, color], n) => ({
			id: id(`group ${name}`), name, color,
			option_ids: names[n] ? [option(names[n], n).id] : [],
		})),
	}),
	number: ({ format = 'number' }) => ({ format }),
	formula: ({ expression }) => ({ expression }),
	unique_id: ({ prefix }) => ({ prefix }),
	relation: ({ to, back }, source, find) => {
		const target = find(to);
		return {
			database_id: id(target.database), data_source_id: id(to),
			...(back ? {
				type: 'dual_property',
				dual_property: {
					synced_property_id:
					    propertyId(target, back, 'relation'),
					synced_property_name: back,
				},
			} : { type: 'single_property', single_property: {} }),
		};
	},
	rollup: ({ relation, property, fn }, source, find) => {
		const target = find(source.properties[relation].to);
		return {
			function: fn,
			relation_property_name: relation,
			relation_property_id: propertyId(source, relation, 'relation'),
			rollup_property_name: property,
			rollup_property_id: propertyId(target, property,
			    target.properties[property].type),
		};
	},
};

const schema = (source, find) => Object.fromEntries(
    Object.entries(source.properties).map(([name, p]) => [name, {
	id: propertyId(source, name, p.type),
	name,
	description: p.description ?? null,
	type: p.type,
	[p.type]: config[p.type] ? config[p.type](p, source, find) : {},
    }]));

// ---- values ----

const user = (key) => ({ object: 'user', id: id(key) });

const date = (given) => given == null ? null :
	typeof given === 'string' ?
	    { start: given, end: null, time_zone: null } :
	    { end: null, time_zone: null, ...given };

const chosen = (p, name) => name == null ? null :
	option(name, p.options.indexOf(name));

// The rows that a relation shows: those named, or on the far side of a dual
// relation those that name this row.
const related = (row, p, source, find) => {
	if (!p.mirror)
		return row.values[p.name] ?? [];
	return find(p.to).rows
	    .filter((other) => (other.values[p.back] ?? []).includes(row.key))
	    .map((other) => other.key);
};

const rollups = {
	count: (values) => ({ type: 'number', number: values.length }),
	sum: (values) => ({
		type: 'number',
		number: values.reduce((sum, v) => sum + (v.number ?? 0), 0),
	}),
	earliest_date: (values) => {
		const starts = values.map((v) => v.date?.start).filter(Boolean);
		return { type: 'date', date: date(starts.sort()[0]) };
	},
	show_original: (values) => ({ type: 'array', array: values }),
};

const value = {
	title: (given) => rt(given ?? ''),
	rich_text: (given) => rt(given ?? ''),
	number: (given) => given ?? null,
	select: (given, p) => chosen(p, given),
	status: (given, p) => chosen(p, given ?? p.options[0]),
	multi_select: (given, p) => (given ?? []).map((name) => chosen(p, name)),
	date,
	people: (given) => (given ?? []).map(user),
	files: (given) => given ?? [],
	checkbox: (given) => given ?? false,
	url: (given) => given ?? null,
	email: (given) => given ?? null,
	phone_number: (given) => given ?? null,
	place: (given) => given ?? null,
	button: () => ({}),
	verification: (given) => given ?
	    { state: 'verified', date: date(given), verified_by: user('gardener') } :
	    { state: 'unverified', date: null, verified_by: null },
	created_time: (given, p, row) => row.created,
	last_edited_time: (given, p, row) => row.edited,
	created_by: () => user('gardener'),
	last_edited_by: (given, p, row) => user(row.editor ?? 'gardener'),
	unique_id: (given, p, row) => ({ prefix: p.prefix, number: row.number }),
	relation: (given, p, row, source, find) =>
		related(row, p, source, find).map((key) => ({ id: id(key) })),
	formula: (given, p, row) => {
		const result = p.result(row.values);
		const type = p.gives;
		return { type, [type]: type === 'date' ? date(result) : result };
	},
	rollup: (given, p, row, source, find) => {
		const over = source.properties[p.relation];
		const target = find(over.to);
		const q = target.properties[p.property];
		const values = related(row, { ...over, name: p.relation }, source,
		    find).map((key) => {
			const other = target.rows.find((r) => r.key === key);
			return { type: q.type, [q.type]: value[q.type](
			    other.values[p.property], q, other, target, find) };
		});
		return { function: p.fn, ...rollups[p.fn](values) };
	},
};

const rowProperties = (row, source, find) => Object.fromEntries(
    Object.entries(source.properties).map(([name, p]) => [name, {
	id: propertyId(source, name, p.type),
	type: p.type,
	[p.type]: value[p.type](row.values[name], { ...p, name }, row, source,
	    find),
	...(p.type === 'relation' ? { has_more: false } : {}),
    }]));

const titleOf = (row, source) => plain(row.values[
    Object.keys(source.properties).find((name) =>
	source.properties[name].type === 'title')] ?? '');

module.exports = { schema, rowProperties, propertyId, titleOf, user };
