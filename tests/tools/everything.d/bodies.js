// bodies - blocks of every type in all that may hold them (api 4.2, 4.4), and
// what a request cannot say at once: long texts, many items, many rows.
'use strict';

const { id, url, text, rt, annotations, external, hosted, blocks } =
	require('../../../examples/sample/parts.js');
const files = require('../../../examples/sample/files.js');

const { p, h1, h2, h3, h4, bullet, number, toggle, quote, task, callout,
	template, code, equation, divider, breadcrumb, contents, link, preview,
	media, to, columns, table, tabs, original, copy, unsupported } = blocks;

const emoji = (sign) => ({ type: 'emoji', emoji: sign });
const icons = [emoji('🌱'), emoji('👩‍🚀'),
	{ type: 'icon', icon: { name: 'leaf', color: 'green' } },
	{ type: 'custom_emoji', custom_emoji: { id: id('sprout'), name: 'sprout',
		url: 'https://files.example.org/emoji/sprout.png' } },
	external('https://images.example.org/icon.png'), hosted(files.leaf)];

const mention = (type, value, plain_text, href = null) => ({
	type: 'mention', mention: { type, [type]: value },
	annotations: annotations(), plain_text, href,
});

// One mention of each kind; pages and databases are named by their keys.
const mentions = ({ page, title, database, name }) => [
	mention('user', { object: 'user', id: id('gardener'), name: 'Gardener',
		avatar_url: null, type: 'person',
		person: { email: 'gardener@example.org' } }, '@Gardener'),
	mention('page', { id: id(page) }, title, url(page)),
	mention('database', { id: id(database) }, name, url(database)),
	mention('date', { start: '2026-05-01', end: '2026-05-03',
		time_zone: null }, '2026-05-01 → 2026-05-03'),
	mention('date', { start: '2026-05-01T09:30:00.000+02:00', end: null,
		time_zone: null }, '2026-05-01T09:30:00.000+02:00'),
	mention('template_mention', { type: 'template_mention_date',
		template_mention_date: 'today' }, '@Today'),
	mention('template_mention', { type: 'template_mention_user',
		template_mention_user: 'me' }, '@Me'),
	mention('custom_emoji', { id: id('sprout'), name: 'sprout',
		url: 'https://files.example.org/emoji/sprout.png' }, ':sprout:'),
	mention('link_preview', { url: 'https://example.org/weather' },
		'https://example.org/weather', 'https://example.org/weather'),
	mention('link_mention', { href: 'https://example.org/seeds',
		title: 'Seeds' }, 'Seeds', 'https://example.org/seeds'),
];

// Each makes a block that holds the children given.
const holders = (chance) => [
	(inside) => p(chance.text(), inside),
	(inside) => h1('h1', inside, chance.colour()),
	(inside) => h2('h2', inside, chance.colour()),
	(inside) => h3('h3', inside, chance.colour()),
	(inside) => h4('h4', inside, chance.colour()),
	(inside) => bullet(chance.text(), inside),
	(inside) => number(chance.text(), inside),
	(inside) => task(chance.text(), chance.dice(2) === 0, inside),
	(inside) => toggle(chance.text(), inside),
	(inside) => quote(chance.text(), inside),
	(inside) => callout(chance.pick(icons), chance.text(), inside,
		chance.colour()),
	(inside) => columns([0.25, inside], [0.5, [p('between')]],
		[0.25, [p('')]]),
	(inside) => tabs(['🌱', 'one', inside], ['🌊', 'two', []]),
	(inside) => original(`synced ${chance.dice(1e9)}`, inside),
];

// Blocks that hold none, one of each kind.
const leaves = (chance, known) => [
	p(''), p(chance.text(), [], emoji('🌱')), p(mentions(known)),
	h1(chance.text()), h2(chance.text()), h3(chance.text()), h4(chance.text()),
	code('rust', 'fn main() {\n\tprintln!("{}", 1 << 2);\n}\n', ['says ',
		chance.item()]),
	code('plain text', ''),
	equation('\\frac{a}{b}'), divider(), breadcrumb(), contents(),
	link('bookmark', 'https://example.org/almanac', chance.text()),
	link('embed', 'https://maps.example.org/elm-street'),
	media('image', hosted(files.plan), chance.text()),
	media('image', external('https://images.example.org/gate.jpg')),
	media('video', external('https://video.example.org/watch?v=bees'), 'bees'),
	media('audio', hosted(files.chirp)), media('pdf', hosted(files.rules)),
	media('file', hosted(files.seeds), '', { name: 'seeds of ours.txt' }),
	media('file', external('https://example.org/a.zip'), 'zip',
		{ name: 'a.zip' }),
	to('page_id', known.page), to('database_id', known.database),
	table([['a', 'b'], [chance.text(), [chance.item()]], ['', '']],
		{ has_row_header: chance.dice(2) === 0 }),
	copy(known.synced),
	preview('https://example.org/forum/7'), unsupported('button'),
	template('a button of old', [p('made by it')]),
];

// Each holder around every leaf and, two levels on, around the others.
const nest = (chance, known, which) => {
	const all = holders(chance);
	return which.map((n) => all[n % all.length]([
		...leaves(chance, known),
		...all.map((hold) => hold([bullet('in', [bullet('further in')])])),
	]));
};
nest.count = holders({ dice: () => 0 }).length;

const deep = (depth, hold = [toggle, bullet, quote, task]) => depth === 0 ? [] :
	[hold[depth % hold.length](`level ${depth}`,
		hold[depth % hold.length] === task ? false : deep(depth - 1, hold),
		hold[depth % hold.length] === task ? deep(depth - 1, hold) :
		    undefined)];

// What must be cut or split on the way back (api 1.5).
const large = (chance) => [
	p(text('🌊'.repeat(1500))),
	p(text(`${'x'.repeat(1999)}👩‍🚀${'y'.repeat(2500)}`, { bold: true })),
	p(Array.from({ length: 260 }, (_, n) =>
		text(`${n} `, n % 2 ? { italic: true } : { code: true }))),
	code('plain text', Array.from({ length: 9 }, (_, n) =>
		text(`${String(n).repeat(1000)}\n`))),
	table(Array.from({ length: 230 }, (_, n) => [`${n}`, 'x', ''])),
	table([Array.from({ length: 40 }, (_, n) => `column ${n}`)]),
	columns(...Array.from({ length: 12 }, (_, n) =>
		[1 / 12, [p(`column ${n}`)]])),
	toggle('a hundred and more', Array.from({ length: 130 }, (_, n) =>
		bullet(`${n}`, n % 50 === 0 ? [p('inside')] : []))),
	p([text('to another page', {}, 'https://example.org/'), ' ',
		...rt(chance.text())]),
];

module.exports = { nest, deep, large, leaves, mentions, icons };
