// sources - data sources that know each other in a ring, with every type of
// property (api 3.6) and a view of every type (api 3.8).
'use strict';

const { external, hosted, text } =
	require('../../../examples/sample/parts.js');
const files = require('../../../examples/sample/files.js');

const stages = ['Not started', 'In progress', 'Done'];
const tags = ['red', 'green', 'blue', 'שלום', 'one more'];
const ring = ['Apples', 'Pears', 'Plums'];
const by = (type, property_id, more = {}) =>
	({ type, property_id, sort: { type: 'manual' }, ...more });

// Source n of the ring: a two-way relation to the next, one back to the last,
// two to itself, and what is computed over them in four steps.
const properties = (n, key) => ({
	'Name': { type: 'title' },
	'Words': { type: 'rich_text', description: 'in their own words' },
	'Weight': { type: 'number', format: 'euro' },
	'Sort': { type: 'select', options: tags },
	'Tags': { type: 'multi_select', options: tags },
	'Stage': { type: 'status', options: stages },
	'When': { type: 'date' },
	'Who': { type: 'people' },
	'Papers': { type: 'files' },
	'Ripe': { type: 'checkbox' },
	'Page': { type: 'url' },
	'Mail': { type: 'email' },
	'Call': { type: 'phone_number' },
	'Place': { type: 'place' },
	'No': { type: 'unique_id', prefix: `R${n}` },
	'Made': { type: 'created_time' },
	'Made by': { type: 'created_by' },
	'Changed': { type: 'last_edited_time' },
	'Changed by': { type: 'last_edited_by' },
	'Press': { type: 'button' },
	'Next': { type: 'relation', to: key((n + 1) % 3), back: 'Last' },
	'Last': { type: 'relation', to: key((n + 2) % 3), back: 'Next',
		mirror: true },
	'Parts': { type: 'relation', to: key(n), back: 'Part of' },
	'Part of': { type: 'relation', to: key(n), back: 'Parts', mirror: true },
	'See': { type: 'relation', to: key((n + 1) % 3) },
	'Price': { type: 'formula', gives: 'number',
		expression: 'prop("Weight") * 2', result: (v) =>
			v.Weight === undefined ? null : v.Weight * 2 },
	'Prices': { type: 'rollup', relation: 'Next', property: 'Price',
		fn: 'show_original' },
	'Sum': { type: 'rollup', relation: 'Next', property: 'Weight',
		fn: 'sum' },
	'Twice': { type: 'formula', gives: 'number', expression:
		'prop("Sum") + prop("Price")', result: () => null },
	'How many': { type: 'rollup', relation: 'Last', property: 'Twice',
		fn: 'count' },
	'Soonest': { type: 'rollup', relation: 'Parts', property: 'When',
		fn: 'earliest_date' },
});

const view = (source, type, more) => ({ key: `${source} ${type}`,
	name: `As ${type}`, type, ...more });

const views = (source) => [
	view(source, 'table', {
		filter: { and: [{ property: 'Ripe', checkbox: { equals: true } },
			{ or: [{ property: 'Name', title: { is_not_empty: true } },
				{ property: 'Stage',
					status: { equals: 'Done' } }] }] },
		sorts: [{ property: 'Weight', direction: 'descending' },
			{ timestamp: 'created_time', direction: 'ascending' }],
		quick_filters: { Sort: {}, Ripe: { checkbox: { equals: true } } },
		configuration: (of) => ({ type: 'table', wrap_cells: true,
			frozen_column_index: 1, show_vertical_lines: false,
			properties: [
				{ property_id: of('Name'), visible: true, width: 300 },
				{ property_id: of('Stage'), visible: true,
					status_show_as: 'checkbox' },
				{ property_id: of('When'), visible: false,
					date_format: 'relative' }] }),
	}),
	view(source, 'board', { configuration: (of) => ({ type: 'board',
		group_by: by('status', of('Stage'), { group_by: 'option' }),
		sub_group_by: by('select', of('Sort')), card_layout: 'compact',
		cover_size: 'large', cover_aspect: 'contain',
		cover: { type: 'property', property_id: of('Papers') } }) }),
	view(source, 'list', { sorts: [
		{ property: 'Name', direction: 'ascending' }] }),
	view(source, 'calendar', { configuration: (of) => ({ type: 'calendar',
		date_property_id: of('When'), view_range: 'week',
		show_weekends: false }) }),
	view(source, 'timeline', { configuration: (of) => ({ type: 'timeline',
		date_property_id: of('When'), show_table: true,
		preference: { zoom_level: 'quarter' } }) }),
	view(source, 'gallery', { configuration: () => ({ type: 'gallery',
		cover: { type: 'page_cover' }, cover_size: 'small',
		cover_aspect: 'cover' }) }),
	view(source, 'form', { configuration: () => ({ type: 'form',
		is_form_closed: true, anonymous_submissions: false,
		submission_permissions: 'reader' }) }),
	view(source, 'chart', { configuration: (of) => ({ type: 'chart',
		chart_type: 'column', x_axis: by('select', of('Sort')),
		y_axis: { aggregator: 'sum', property_id: of('Weight') },
		legend_position: 'side' }) }),
	view(source, 'map', { configuration: (of) => ({ type: 'map',
		map_by: of('Place') }) }),
];

const values = (chance, n, row, key) => ({
	'Name': chance.pick([`Row ${row}`, 'Same', chance.words(2),
		[chance.item(), text('and', { bold: true })], '']),
	'Words': chance.text(),
	'Weight': chance.pick([undefined, 0, -1.5, 1e21, 0.1, 1234567]),
	'Sort': chance.pick([undefined, ...tags]),
	'Tags': chance.some(tags),
	'Stage': chance.pick(stages),
	'When': chance.pick([undefined, '2026-04-01',
		{ start: '2026-04-01', end: '2026-04-12' },
		{ start: '2026-05-16T09:00:00.000+02:00',
			end: '2026-05-16T11:30:00.000+02:00' }]),
	'Who': chance.some(['gardener', 'beekeeper', 'bot']),
	'Papers': chance.some([
		{ name: 'plan.png', ...hosted(files.plan) },
		{ name: 'elsewhere', ...external('https://example.org/b.jpg') },
		{ name: 'seeds.txt', ...hosted(files.seeds) }]),
	'Ripe': chance.dice(2) === 0,
	'Page': chance.pick([undefined, 'https://example.org/?a=ü']),
	'Mail': chance.pick([undefined, 'row@example.org']),
	'Call': chance.pick([undefined, '+49 30 555 0100']),
	'Place': chance.pick([undefined, { lat: 52.5201, lon: 13.4049,
		name: 'By the wall', address: null }]),
	'Next': chance.some([0, 1, 2, 3]).map((to) => key((n + 1) % 3, to)),
	'Parts': chance.some([0, 1, 2]).map((to) => key(n, to)),
	'See': chance.some([0, 3]).map((to) => key((n + 1) % 3, to)),
});

// The ring's databases: the first two sources share one.
const makeRing = (chance, prefix, rows, bodyOf) => {
	const source = (n) => `${prefix} source ${n}`;
	const row = (n, to) => `${prefix} row ${n} ${to}`;
	const database = (n) => `${prefix} database ${n < 2 ? 0 : 2}`;
	const made = ring.map((title, n) => ({
		key: source(n), database: database(n), title,
		icon: n === 1 ? { type: 'emoji', emoji: '🍐' } : undefined,
		properties: properties(n, source), views: views(source(n)),
		rows: Array.from({ length: rows }, (_, to) => ({
			key: row(n, to), archived: to === 3,
			values: values(chance, n, to, row), ...bodyOf(n, to),
		})),
	}));
	return [
		{ kind: 'database', key: database(0), title: 'Fruit', inline: true,
			icon: { type: 'emoji', emoji: '🍎' }, description: 'two in one',
			cover: external('https://images.example.org/fruit.jpg'),
			sources: made.slice(0, 2) },
		{ kind: 'database', key: database(2), title: 'Plums 🟣',
			inline: false, sources: made.slice(2) },
	];
};

// One row that is related to many, from both sides (api 1.5: more than one
// write can say).
const makeHub = (prefix, count) => ({
	kind: 'database', key: `${prefix} hubs`, title: 'Hub', inline: false,
	sources: [
		{ key: `${prefix} spokes`, database: `${prefix} hubs`,
			title: 'Spokes', views: [view(`${prefix} spokes`, 'list')],
			properties: { 'Name': { type: 'title' }, 'Hub': {
				type: 'relation', to: `${prefix} hub`, back: 'Spokes',
				mirror: true } },
			rows: Array.from({ length: count }, (_, n) => ({
				key: `${prefix} spoke ${n}`,
				values: { 'Name': `Spoke ${n}` } })) },
		{ key: `${prefix} hub`, database: `${prefix} hubs`, title: 'Hubs',
			views: [view(`${prefix} hub`, 'table')],
			properties: { 'Name': { type: 'title' }, 'Spokes': {
				type: 'relation', to: `${prefix} spokes`, back: 'Hub' } },
			rows: [{ key: `${prefix} the hub`, values: { 'Name': 'Hub',
				'Spokes': Array.from({ length: count }, (_, n) =>
					`${prefix} spoke ${n}`) } }] },
	],
});

module.exports = { makeRing, makeHub };
