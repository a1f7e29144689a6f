// walk - the workspace as lines, in the order of notion-stream(5).
'use strict';

const { sha256, id, url, rt, plain } = require('./parts.js');
const { schema, rowProperties, propertyId, titleOf, user } =
	require('./properties.js');

// RFC 8785: members sorted by UTF-16 code units, as JavaScript sorts.
const canonical = (v) => {
	if (Array.isArray(v))
		return `[${v.map(canonical).join(',')}]`;
	if (v === null || typeof v !== 'object')
		return JSON.stringify(v);
	return `{${Object.keys(v).sort().map((key) =>
		`${JSON.stringify(key)}:${canonical(v[key])}`).join(',')}}`;
};

const start = Date.parse('2026-03-02T09:00:00.000Z');
const time = (minutes) => new Date(start + minutes * 60000).toISOString();

const walk = ({ users, emojis, roots }) => {
	const lines = [], assets = [], counts = {}, sources = new Map();
	let minute = 0;		/* passes by one with each page and database */

	const find = (key) => sources.get(key);
	const line = (record) => lines.push(`${canonical(record)}\n`);
	const write = (record) => {
		counts[record.object] = (counts[record.object] ?? 0) + 1;
		line(record);
	};

	// The record, then an asset record for each file of our own in it.
	const put = (record) => {
		write(record);
		const found = [];
		const look = (v, pointer) => {
			const file = v[Symbol.for('bytes')];
			if (file)
				found.push([`${pointer}/file`,
				    { ...file, name: v.name ?? file.name }]);
			for (const [key, member] of Object.entries(v))
				if (member !== null && typeof member === 'object')
					look(member, `${pointer}/${key
					    .replaceAll('~', '~0').replaceAll('/', '~1')}`);
		};
		look(record, '');
		found.sort(([a], [b]) => a < b ? -1 : 1);
		for (const [pointer, { name, content_type, bytes }] of found) {
			assets.push(bytes);
			write({
				object: 'asset',
				owner: { object: record.object, id: record.id, pointer },
				name, content_type, size: bytes.length,
				sha256: sha256(bytes),
			});
		}
	};

	const putComments = (comments, parent, of) => (comments ?? []).forEach(
	    ({ by = 'gardener', says, thread = 0 }, n) => put({
		object: 'comment',
		id: id(`comment ${of} ${n}`),
		parent,
		discussion_id: id(`discussion ${of} ${thread}`),
		created_time: time(9000 + n * 7),
		last_edited_time: time(9000 + n * 7),
		created_by: user(by),
		rich_text: rt(says),
		display_name: {
			type: by === 'bot' ? 'integration' : 'user',
			resolved_name: users.find((u) => u.key === by).name,
		},
	    }));

	const putBlock = (block, parent, page, key, below) => {
		const of = block.child;
		if (of) {
			of.inside = parent;
			below.push(of);
		}
		const type = of ? `child_${of.kind}` : block.type;
		const children = of ? [] : block.children;
		const own = of ? of.key : block.key ?? key;
		put({
			object: 'block', id: id(own), parent, type,
			[type]: of ? { title: plain(of.title) } : block.payload,
			created_time: page.created, last_edited_time: page.created,
			created_by: user('gardener'), last_edited_by: user('gardener'),
			has_children: of ? of.kind === 'page' && of.blocks.length > 0 :
			    children.length > 0 || Boolean(block.payload.synced_from),
			in_trash: false,
		});
		putComments(block.comments, { type: 'block_id', block_id: id(own) },
		    own);
		children.forEach((child, n) => putBlock(child,
		    { type: 'block_id', block_id: id(own) }, page, `${own}/${n}`,
		    below));
	};

	const putPage = (page, parent, properties) => {
		put({
			object: 'page', id: id(page.key), parent, properties,
			created_time: page.created, last_edited_time: page.edited,
			created_by: user('gardener'),
			last_edited_by: user(page.editor ?? 'gardener'),
			icon: page.icon ?? null, cover: page.cover ?? null,
			in_trash: false, is_archived: page.archived ?? false,
			is_locked: page.locked ?? false,
			url: url(page.key, plain(page.title)), public_url: null,
		});
		putComments(page.comments, { type: 'page_id', page_id: id(page.key) },
		    page.key);
		const below = [];
		(page.blocks ?? []).forEach((block, n) => putBlock(block,
		    { type: 'page_id', page_id: id(page.key) }, page,
		    `${page.key}/${n}`, below));
		below.forEach(putAny);
	};

	const putView = (view, database, source) => write({
		object: 'view', id: id(view.key), name: view.name, type: view.type,
		parent: { type: 'database_id', database_id: id(database.key) },
		data_source_id: source ? id(source.key) : null,
		created_time: database.created, last_edited_time: database.created,
		created_by: user('gardener'), last_edited_by: user('gardener'),
		url: `${url(database.key)}?v=${id(view.key).replaceAll('-', '')}`,
		filter: view.filter ?? null, sorts: view.sorts ?? null,
		quick_filters: view.quick_filters ?? null,
		configuration: view.configuration ?
		    view.configuration((name) => propertyId(source, name,
			source.properties[name].type), id) : null,
		...(view.dashboard ? { dashboard_view_id: id(view.dashboard) } : {}),
	});

	const putSource = (source, database) => {
		put({
			object: 'data_source', id: id(source.key),
			title: rt(source.title), description: rt(source.description ?? ''),
			parent: { type: 'database_id', database_id: id(database.key) },
			database_parent: database.inside, is_inline: database.inline,
			in_trash: false, created_time: database.created,
			last_edited_time: database.created,
			created_by: user('gardener'), last_edited_by: user('gardener'),
			properties: schema(source, find),
			icon: source.icon ?? database.icon ?? null, cover: null,
			url: url(source.key), public_url: null,
		});
		source.views.forEach((view) => putView(view, database, source));
		for (const row of source.rows)
			putPage({ ...row, title: titleOf(row, source) }, {
				type: 'data_source_id', data_source_id: id(source.key),
				database_id: id(database.key),
			}, rowProperties(row, source, find));
	};

	const putDatabase = (database) => {
		put({
			object: 'database', id: id(database.key),
			title: rt(database.title),
			description: rt(database.description ?? ''),
			parent: database.inside, is_inline: database.inline,
			in_trash: false, is_locked: false,
			created_time: database.created,
			last_edited_time: database.created,
			data_sources: database.sources.map((source) =>
				({ id: id(source.key), name: plain(source.title) })),
			icon: database.icon ?? null, cover: database.cover ?? null,
			url: url(database.key, plain(database.title)), public_url: null,
		});
		(database.views ?? []).forEach((view) => putView(view, database, null));
		database.sources.forEach((source) => putSource(source, database));
	};

	const putAny = (of) => of.kind === 'database' ? putDatabase(of) :
	    putPage(of, of.inside,
		{ title: { id: 'title', type: 'title', title: rt(of.title) } });

	// Before the first record: when each thing was made, and which row of a
	// data source comes where.
	const date = (of) => {
		of.created = time(minute++);
		of.edited = of.changed === undefined ? of.created :
		    time(10000 + of.changed);
		dateChildren(of.blocks ?? []);
		(of.sources ?? []).forEach(dateRows);
	};
	const dateChildren = (blocks) => blocks.forEach((block) =>
		block.child ? date(block.child) : dateChildren(block.children));
	const dateRows = (source) => {
		sources.set(source.key, source);
		source.rows.forEach((row, n) => {	/* three to a minute */
			row.number = n + 1;
			row.created = time(minute + Math.floor(n / 3));
			row.edited = row.changed === undefined ? row.created :
			    time(10000 + row.changed);
		});
		minute += Math.ceil(source.rows.length / 3);
		source.rows.forEach((row) => dateChildren(row.blocks ?? []));
		source.rows.sort((a, b) =>
			a.created + id(a.key) < b.created + id(b.key) ? -1 : 1);
	};

	for (const root of roots) {
		root.inside = { type: 'workspace', workspace: true };
		date(root);
	}
	line({
		object: 'snapshot', format: 1, started: time(12000),
		tool: 'make-sample',
		scope: { workspace: true },
		source: {
			workspace_id: id('workspace'),
			workspace_name: 'Elm Street Garden',
			api_version: '2026-03-11', base_url: 'https://api.notion.com',
		},
	});
	for (const { key, name, avatar_url = null, ...kind } of users)
		write({ object: 'user', id: id(key), name, avatar_url, ...kind });
	for (const { key, name } of emojis)
		write({ object: 'custom_emoji', id: id(key), name,
			url: `https://files.example.org/emoji/${name}.png` });
	roots.forEach(putAny);
	line({
		object: 'end', complete: true, counts, errors: 0,
		digest: `sha256:${sha256(lines.slice(1).join(''))}`,
		finished: time(12001),
	});
	return { lines, assets };
};

module.exports = { walk };
