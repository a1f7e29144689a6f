// parts - what a workspace is put together from: ids, rich text, blocks,
// pages, databases.  Pages and rows are named by keys, so that they can point
// to each other before they exist; walk.js turns it all into records.
'use strict';

const crypto = require('crypto');

const sha256 = (bytes) =>
	crypto.createHash('sha256').update(bytes).digest('hex');

// The id that a key stands for: looks random, version 4, always the same.
const id = (key) => {
	const h = sha256(`garden ${key}`);
	return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-` +
	    `a${h.slice(17, 20)}-${h.slice(20, 32)}`;
};

const url = (key, slug = '') => {
	const words = slug.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
	const hex = id(key).replaceAll('-', '');
	return `https://www.notion.so/${words ? `${words}-` : ''}${hex}`;
};

// ---- rich text (api 3.5) ----

const annotations = (more = {}) => ({
	bold: false, italic: false, strikethrough: false, underline: false,
	code: false, color: 'default', ...more,
});

const text = (content, style = {}, link = null) => ({
	type: 'text',
	text: { content, link: link && { url: link } },
	annotations: annotations(style),
	plain_text: content,
	href: link,
});

const math = (expression) => ({
	type: 'equation',
	equation: { expression },
	annotations: annotations(),
	plain_text: expression,
	href: null,
});

const mention = (type, value, plain_text, href = null) => ({
	type: 'mention',
	mention: { type, [type]: value },
	annotations: annotations(),
	plain_text,
	href,
});

// A text, an item, or a list of both, as a list of items.
const rt = (what) => what === '' ? [] : [what].flat().map(
    (item) => typeof item === 'string' ? text(item) : item);

const plain = (what) => rt(what).map((item) => item.plain_text).join('');

// ---- files (api 3.4) ----

const external = (link) => ({ type: 'external', external: { url: link } });

// A file that the workspace holds itself; walk.js adds its asset record.
const hosted = (file) => ({
	type: 'file',
	file: { url: 'https://files.example.org/files/' +
	    `${sha256(file.bytes)}/${file.name}` },
	[Symbol.for('bytes')]: file,
});

// ---- blocks (api 4.2) ----

const block = (type, payload = {}, children = []) =>
	({ type, payload, children });

const words = (type) => (what, children, more = {}) =>
	block(type, { rich_text: rt(what), color: 'default', ...more }, children);

const heading = (type) => (what, children = [], color = 'default') =>
	block(type, {
		rich_text: rt(what), color, is_toggleable: children.length > 0,
	}, children);

const blocks = {
	p: (what, children, icon = null) => block('paragraph',
	    { rich_text: rt(what), color: 'default', icon }, children),
	h1: heading('heading_1'),
	h2: heading('heading_2'),
	h3: heading('heading_3'),
	h4: heading('heading_4'),
	bullet: words('bulleted_list_item'),
	number: words('numbered_list_item'),
	toggle: words('toggle'),
	quote: words('quote'),
	task: (what, checked = false, children = []) =>
		words('to_do')(what, children, { checked }),
	callout: (icon, what, children = [], color = 'default') =>
		words('callout')(what, children, { icon, color }),
	template: (what, children) =>
		block('template', { rich_text: rt(what) }, children),
	code: (language, what, caption = '') => block('code',
	    { rich_text: rt(what), caption: rt(caption), language }),
	equation: (expression) => block('equation', { expression }),
	divider: () => block('divider'),
	breadcrumb: () => block('breadcrumb'),
	contents: () => block('table_of_contents', { color: 'gray' }),
	link: (type, link, caption = '') =>
		block(type, { url: link, caption: rt(caption) }),
	preview: (link) => block('link_preview', { url: link }),
	media: (type, file, caption = '', more = {}) =>
		block(type, { caption: rt(caption), ...file, ...more }),
	to: (type, key) =>
		block('link_to_page', { type, [type]: id(key) }),
	columns: (...parts) => block('column_list', {}, parts.map(
	    ([ratio, children]) =>
		block('column', { width_ratio: ratio }, children))),
	table: (rows, header = {}) => block('table', {
		table_width: rows[0].length,
		has_column_header: true, has_row_header: false, ...header,
	}, rows.map((cells) => block('table_row', { cells: cells.map(rt) }))),
	tabs: (...parts) => block('tab', {}, parts.map(
	    ([icon, label, children]) =>
		blocks.p(label, children, { type: 'emoji', emoji: icon }))),
	original: (key, children) => ({
		...block('synced_block', { synced_from: null }, children), key,
	}),
	copy: (key) => block('synced_block',
	    { synced_from: { type: 'block_id', block_id: id(key) } }),
	unsupported: (name) => block('unsupported', { block_type: name }),
	child: (page) => ({ type: 'child', child: page }),
};

module.exports = {
	sha256, id, url, text, math, mention, rt, plain, annotations, external,
	hosted, blocks,
};
