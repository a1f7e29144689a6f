// garden - what the sample workspace says: the Elm Street Garden, its beds,
// plants, tasks and meetings.  Every block type (api 4.2), every property type
// a page can show (api 3.6), a mention of each kind (api 3.5).
'use strict';

const { id, url, text, math, annotations, external, hosted, blocks } =
	require('./parts.js');
const files = require('./files.js');

const { p, h1, h2, h3, h4, bullet, number, toggle, quote, task, callout,
	template, code, equation, divider, breadcrumb, contents, link, preview,
	media, to, columns, table, tabs, original, copy, unsupported,
	child } = blocks;

const emoji = (sign) => ({ type: 'emoji', emoji: sign });
const b = (what) => text(what, { bold: true });
const i = (what) => text(what, { italic: true });

const users = [
	{ key: 'gardener', name: 'Gardener', type: 'person',
		person: { email: 'gardener@example.org' } },
	{ key: 'beekeeper', name: 'Beekeeper 🐝', type: 'person', person: {} },
	{ key: 'bot', name: 'Bot', type: 'bot', bot: {
		owner: { type: 'workspace', workspace: true },
		workspace_id: id('workspace'),
		workspace_limits: { max_file_upload_size_in_bytes: 5368709120 },
		workspace_name: 'Elm Street Garden',
	} },
];

const emojis = [
	{ key: 'sprout', name: 'sprout' },
	{ key: 'compost', name: 'compost' },
];

const customEmoji = (name) => ({ id: id(name), name,
	url: `https://files.example.org/emoji/${name}.png` });

// ---- mentions, one of each kind ----

const mention = (type, value, plain_text, href = null) => ({
	type: 'mention', mention: { type, [type]: value },
	annotations: annotations(), plain_text, href,
});
const whole = ({ key, ...user }) => ({ object: 'user', id: id(key),
	avatar_url: null, ...user });
const at = {
	person: (n) => mention('user', whole(users[n]), `@${users[n].name}`),
	page: (key, title) => mention('page', { id: id(key) }, title, url(key)),
	database: (key, title) =>
		mention('database', { id: id(key) }, title, url(key)),
	date: (start, end = null) => mention('date',
	    { start, end, time_zone: null }, end ? `${start} → ${end}` : start),
	today: () => mention('template_mention', {
		type: 'template_mention_date', template_mention_date: 'today',
	}, '@Today'),
	me: () => mention('template_mention', {
		type: 'template_mention_user', template_mention_user: 'me',
	}, '@Me'),
	emoji: (name) =>
		mention('custom_emoji', customEmoji(name), `:${name}:`),
	preview: (href) => mention('link_preview', { url: href }, href, href),
	link: (href, title) => mention('link_mention',
	    { href, title, link_provider: 'Example' }, title, href),
};

// ---- pages in pages: four levels under the home page ----

const page = (key, title, more) => ({ kind: 'page', key, title, ...more });

const weeks = page('weeks', 'Hot compost, week by week', {
	icon: emoji('🔥'),
	blocks: [
		table([
			['Week', 'Heat', 'What to do'],
			['1', '45 °C', 'Leave it alone'],
			['2', [text('65 °C', { color: 'red' })], [b('Turn'), ' and water']],
			['3', '55 °C', 'Turn again'],
			['4', '30 °C', 'Let it cool'],
		]),
		p(['Heat follows ', math('T(t) = T_0 + \\Delta T e^{-t/\\tau}'),
			', or so the book says.']),
		equation('\\frac{C}{N} \\approx 30'),
	],
});

const recipes = page('recipes', 'Compost recipes', {
	icon: { type: 'custom_emoji', custom_emoji: customEmoji('compost') },
	blocks: [
		number('Two barrows of brown: leaves, straw, torn boxes', [], {
			list_start_index: 1, list_format: 'letters' }),
		number('One barrow of green: cut grass, peelings, nettles'),
		number('A spade of last year’s heap, for the company', [
			number('Yes, the worms too', [], { list_format: 'roman' }),
		]),
		child(weeks),
	],
});

const soil = page('soil', 'Soil and compost', {
	icon: emoji('🪱'),
	blocks: [
		p('Good soil is made, not found.'),
		h2('What it needs', [
			bullet('Air: never step on a bed', [
				bullet('boards are in the shed', [
					bullet('second shelf', [
						bullet([i('behind'), ' the watering cans']),
					]),
				]),
			]),
			bullet('Water, but not today: it rained'),
			bullet('Something to eat'),
		]),
		child(recipes),
	],
});

const rules = page('rules', 'How we garden', {
	icon: emoji('📖'), locked: true,
	cover: external('https://images.example.org/spring.jpg'),
	blocks: [
		breadcrumb(),
		contents(),
		original('rules/core', [
			p([b('Water before nine or after six.'), ' The rest is taste.']),
			quote('Who plants mint shall dig mint.',
			    [p('First entry in the garden book')]),
		]),
		media('pdf', hosted(files.rules), 'The rules to print'),
		child(soil),
		toggle('Put away for the winter', [
			p('The page below hangs in this toggle, not in the page.'),
			child(page('winter', 'Winter list ❄️', {
				blocks: [
					task('Empty the water tanks', true),
					task('Wrap the fig', true),
					task('Sharpen spades', false, [
						p('File is in the tin marked “tea”.')]),
				],
			})),
		]),
	],
});

const words = page('words', 'Welcome · ברוכים הבאים · أهلا', {
	icon: emoji('👋🏽'),
	blocks: [
		p('ברוכים הבאים לגינה ברחוב האלמים! מים לפני תשע.'),
		p(['أهلا بكم في الحديقة، ', b('مفتاح السقيفة'), ' تحت الحجر.']),
		p('Willkommen im Gärtchen; a\u0308 and ä are not the same bytes.'),
		p('ようこそ。 환영합니다. 欢迎 🌻👩‍🌾🧑🏿‍🌾 🇺🇳'),
		p('Left \u200f and right marks, a zero\u200bwidth space, a\ttab'),
		p('Two lines\nin one block, with “quotes”, \\ and </b>'),
		p(''),
	],
});

const tour = page('tour', 'Everything a page can hold', {
	icon: hosted(files.leaf),
	cover: hosted(files.plan),
	comments: [
		{ says: 'Is the tour shown to newcomers?' },
		{ by: 'beekeeper', says: ['Yes, on ', at.date('2026-04-11'), '.'] },
		{ by: 'bot', says: 'Three people looked at this page.', thread: 1 },
	],
	blocks: [
		h1('Everything a page can hold'),
		h2('Words', []),
		h3('Style', [], 'green_background'),
		h4('Small print'),
		p([b('bold'), ' ', i('italic'), ' ',
			text('gone', { strikethrough: true }), ' ',
			text('under', { underline: true }), ' ',
			text('code', { code: true }), ' ',
			text('red', { color: 'red' }), ' ',
			text('on yellow', { color: 'yellow_background' }), ' ',
			text('a link', {}, 'https://example.org/garden?a=1&b=2#c'),
			' ', math('a^2 + b^2')]),
		p(['Ask ', at.person(0), ', see ',
			at.page('soil', 'Soil and compost'), ' and ',
			at.database('tasks-db', 'Tasks'), ' until ',
			at.date('2026-05-01', '2026-05-03'), ' ', at.emoji('sprout'),
			' ', at.preview('https://example.org/weather'), ' ',
			at.link('https://example.org/seeds', 'Seed swap')]),
		h4('Lists that open', [
			toggle('Can we grow melons?', [p('No.'),
				toggle('Not even under glass?', [p('Still no.')])]),
		]),
		task('Read this page', true),
		callout(emoji('💧'), 'Water in the morning.', [
			bullet('beds first'), bullet('then the pots')],
		    'blue_background'),
		callout({ type: 'icon', icon: { name: 'leaf', color: 'green' } },
		    'An icon of the house'),
		quote('The best fertiliser is the gardener’s shadow.'),
		code('makefile', 'water: tank\n\t@echo "beds first"\n\ntank:\n\ttest -s $@\n',
		    ['How ', i('make'), ' would do it']),
		divider(),
		columns(
			[0.625, [h3('Left'), p('Beds one and two.'),
				media('image', hosted(files.plan), 'The plan')]],
			[0.375, [h3('Right'), p('Beds three and four.')]]),
		tabs(
			['🌱', 'Spring', [p('Sow.'), task('Peas')]],
			['☀️', 'Summer', [p('Water.')]],
			['🍂', 'Autumn', [p('Harvest.')]]),
		copy('rules/core'),
		media('image', external('https://images.example.org/gate.jpg')),
		media('video', external('https://video.example.org/watch?v=bees'),
		    'Bees at the gate'),
		media('audio', hosted(files.chirp), 'Our robin'),
		media('file', hosted(files.seeds), '', { name: 'seed-list.txt' }),
		link('bookmark', 'https://example.org/almanac', 'Almanac'),
		link('embed', 'https://maps.example.org/elm-street'),
		preview('https://example.org/forum/thread/7'),
		to('page_id', 'rules'),
		to('database_id', 'tasks-db'),
		to('comment_id', 'comment tour 0'),
		template('Add a bed diary', [
			p([at.today(), ' ', at.me(), ': '])]),
		unsupported('button'),
		unsupported('form'),
	],
});
tour.blocks.find((block) => block.type === 'callout').comments = [
	{ by: 'beekeeper', says: 'The bees drink too: leave the saucer out.' },
];

// ---- beds, plants, tasks: three databases that know each other ----

const title = { type: 'title' };
const by = (type, property_id, more = {}) =>
	({ type, property_id, sort: { type: 'manual' }, ...more });
const shown = (...ids) => ids.map((property_id) =>
	({ property_id, visible: true }));

const beds = { kind: 'database', key: 'beds-db', title: 'Beds', inline: true,
	icon: emoji('🟫'), description: 'Where things grow',
	sources: [{
		key: 'beds', database: 'beds-db', title: 'Beds',
		properties: {
			'Name': title,
			'Area': { type: 'number', format: 'number',
				description: 'square metres' },
			'Place': { type: 'place' },
			'Keeper': { type: 'people' },
			'Call': { type: 'phone_number' },
			'Mail': { type: 'email' },
			'Map': { type: 'url' },
			'Checked': { type: 'verification' },
			'Tasks': { type: 'relation', to: 'tasks', back: 'Bed',
				mirror: true },
			'How many': { type: 'rollup', relation: 'Tasks',
				property: 'Task', fn: 'count' },
			'Hours': { type: 'rollup', relation: 'Tasks',
				property: 'Hours', fn: 'sum' },
			'Next': { type: 'rollup', relation: 'Tasks',
				property: 'Due', fn: 'earliest_date' },
			'Square feet': { type: 'formula', gives: 'number',
				expression: 'round(prop("Area") * 10.764)',
				result: (v) => v.Area === undefined ? null :
				    Math.round(v.Area * 10.764) },
		},
		views: [
			{ key: 'beds-map', name: 'Map', type: 'map',
				configuration: (of) => ({ type: 'map',
					height: 'medium', map_by: of('Place') }) },
			{ key: 'beds-gallery', name: 'Gallery', type: 'gallery',
				configuration: (of) => ({ type: 'gallery',
					cover: { type: 'page_cover' },
					cover_size: 'medium',
					properties: shown(of('Name'), of('Area')) }) },
		],
		rows: [
			{ key: 'bed-north', values: { 'Name': 'North bed',
				'Area': 12.5, 'Keeper': ['gardener'],
				'Place': { lat: 52.5201, lon: 13.4049,
					name: 'By the wall', address: null },
				'Checked': { start: '2026-03-01T08:00:00.000Z',
					end: '2026-09-01T08:00:00.000Z' } },
				icon: emoji('🧭'),
				cover: external('https://images.example.org/n.jpg'),
				blocks: [p('Shade until ten.'), copy('rules/core')] },
			{ key: 'bed-south', values: { 'Name': 'South bed ☀️',
				'Area': 8, 'Keeper': ['gardener', 'beekeeper'],
				'Call': '+49 30 555 0100',
				'Mail': 'south@example.org',
				'Map': 'https://maps.example.org/south' },
				blocks: [p('Sun all day; water twice.')] },
			{ key: 'bed-herbs', values: { 'Name': 'Herb spiral 🌀',
				'Area': 3.25 } },
			{ key: 'bed-old', archived: true,
				values: { 'Name': 'Old strawberry bed', 'Area': 6 },
				blocks: [p('Given back to the meadow.')] },
		],
	}] };

const plants = { kind: 'database', key: 'plants-db', title: 'Plants',
	inline: false, icon: emoji('🍅'),
	sources: [{
		key: 'plants', database: 'plants-db', title: 'Plants',
		properties: {
			'Plant': title,
			'Notes': { type: 'rich_text' },
			'Sun': { type: 'select', options: ['full', 'half', 'shade'] },
			'Months': { type: 'multi_select', options:
				['March', 'April', 'May', 'June', 'July', 'August'] },
			'Price': { type: 'number', format: 'euro' },
			'Perennial': { type: 'checkbox' },
			'Sown': { type: 'date' },
			'Harvest': { type: 'formula', gives: 'date',
				expression: 'dateAdd(prop("Sown"), 90, "days")',
				result: (v) => v.Sown && new Date(
				    Date.parse(v.Sown) + 90 * 864e5).toISOString()
				    .slice(0, 10) },
			'Label': { type: 'formula', gives: 'string',
				expression: 'upper(prop("Plant"))',
				result: (v) => String(v.Plant).toUpperCase() },
			'Beds': { type: 'relation', to: 'beds' },
			'Room': { type: 'rollup', relation: 'Beds',
				property: 'Area', fn: 'show_original' },
			'Good neighbours': { type: 'relation', to: 'plants' },
		},
		views: [
			{ key: 'plants-table', name: 'All plants', type: 'table',
				sorts: [{ property: 'Plant',
					direction: 'ascending' }],
				configuration: (of) => ({ type: 'table',
					wrap_cells: true, frozen_column_index: 1,
					properties: [{ property_id: of('Plant'),
						visible: true, width: 240 },
					{ property_id: of('Price'), visible: false }],
				}) },
			{ key: 'plants-list', name: 'List', type: 'list' },
		],
		rows: [
			{ key: 'tomato', values: { 'Plant': 'Tomato', 'Sun': 'full',
				'Months': ['May', 'June'], 'Price': 2.8,
				'Sown': '2026-03-15', 'Beds': ['bed-south'],
				'Notes': ['Pinch out, ', b('every'), ' week ',
					at.emoji('sprout')],
				'Good neighbours': ['basil', 'borage'] },
				blocks: [p('“Matina”, early and kind.')] },
			{ key: 'basil', values: { 'Plant': 'Basil', 'Sun': 'full',
				'Months': ['May'], 'Price': 1.2,
				'Beds': ['bed-south', 'bed-herbs'],
				'Good neighbours': ['tomato'] } },
			{ key: 'borage', values: { 'Plant': 'Borage', 'Sun': 'half',
				'Months': ['April', 'May'], 'Sown': '2026-04-02',
				'Beds': ['bed-north'] } },
			{ key: 'mint', values: { 'Plant': 'Mint', 'Sun': 'shade',
				'Perennial': true, 'Price': 0,
				'Notes': 'In a pot. Only in a pot.' } },
			{ key: 'mint2', values: { 'Plant': 'Mint', 'Sun': 'shade',
				'Perennial': true,
				'Notes': 'The one that got away' } },
			{ key: 'bean', values: { 'Plant': 'Bean “Blauhilde”',
				'Months': ['May', 'June', 'July'],
				'Price': 3.15, 'Sown': '2026-05-05',
				'Beds': ['bed-north', 'bed-south'] } },
		],
	}] };

const tasks = { kind: 'database', key: 'tasks-db', title: 'Tasks',
	inline: true, icon: emoji('✅'),
	description: ['What there is to do; ', i('tick it off yourself')],
	views: [
		{ key: 'tasks-dash', name: 'Overview', type: 'dashboard',
			configuration: (of, ref) => ({ type: 'dashboard',
				rows: [{ id: ref('dash row'), height: 320,
					widgets: [{ id: ref('dash widget'),
						view_id: ref('tasks-chart'),
						width: 12 }] }] }) },
	],
	sources: [{
		key: 'tasks', database: 'tasks-db', title: 'Tasks',
		properties: {
			'Task': title,
			'No': { type: 'unique_id', prefix: 'TASK' },
			'Status': { type: 'status', options:
				['Not started', 'Doing', 'Done'] },
			'Priority': { type: 'select', options:
				['low', 'normal', 'high'] },
			'Tags': { type: 'multi_select', options:
				['water', 'wood', 'seeds', 'bees', 'party'] },
			'Due': { type: 'date' },
			'Who': { type: 'people' },
			'Bed': { type: 'relation', to: 'beds', back: 'Tasks' },
			'Plants': { type: 'relation', to: 'plants' },
			'Hours': { type: 'number', format: 'number' },
			'Photos': { type: 'files' },
			'Urgent': { type: 'formula', gives: 'boolean',
				expression: 'prop("Priority") == "high"',
				result: (v) => v.Priority === 'high' },
			'Finish': { type: 'button' },
			'Made': { type: 'created_time' },
			'Made by': { type: 'created_by' },
			'Changed': { type: 'last_edited_time' },
			'Changed by': { type: 'last_edited_by' },
		},
		views: [
			{ key: 'tasks-table', name: 'All', type: 'table',
				filter: { and: [
					{ property: 'Status',
						status: { does_not_equal: 'Done' } },
					{ or: [
						{ property: 'Priority',
							select: { equals: 'high' } },
						{ property: 'Due',
							date: { next_week: {} } },
					] } ] },
				sorts: [{ property: 'Due', direction: 'ascending' },
					{ timestamp: 'created_time',
						direction: 'descending' }] },
			{ key: 'tasks-board', name: 'Board', type: 'board',
				configuration: (of) => ({ type: 'board',
					group_by: by('status', of('Status'),
					    { group_by: 'option' }),
					card_layout: 'compact' }) },
			{ key: 'tasks-calendar', name: 'Calendar',
				type: 'calendar', configuration: (of) => ({
					type: 'calendar', view_range: 'month',
					date_property_id: of('Due') }) },
			{ key: 'tasks-timeline', name: 'Timeline',
				type: 'timeline', configuration: (of) => ({
					type: 'timeline',
					date_property_id: of('Due'),
					preference: { zoom_level: 'month' } }) },
			{ key: 'tasks-form', name: 'Ask for help', type: 'form',
				configuration: () => ({ type: 'form',
					is_form_closed: false,
					anonymous_submissions: true,
					submission_permissions: 'none' }) },
			{ key: 'tasks-chart', name: 'By status', type: 'chart',
				dashboard: 'tasks-dash',
				configuration: (of) => ({ type: 'chart',
					chart_type: 'donut',
					x_axis: by('status', of('Status'),
					    { group_by: 'option' }),
					y_axis: { aggregator: 'count' },
					color_theme: 'green' }) },
		],
		rows: [
			{ key: 'task-tanks', changed: 3, editor: 'beekeeper',
				values: { 'Task': 'Fill the water tanks',
				'Status': 'Done', 'Priority': 'normal',
				'Tags': ['water'], 'Hours': 1.5,
				'Due': '2026-03-20', 'Who': ['gardener'],
				'Bed': ['bed-north', 'bed-south'] },
				comments: [{ by: 'beekeeper',
					says: ['Done, ', at.person(0), '.'] }] },
			{ key: 'task-boxes', values: { 'Task': 'Build two nest boxes',
				'Status': 'Doing', 'Priority': 'normal',
				'Tags': ['wood', 'bees'], 'Hours': 6,
				'Due': { start: '2026-04-01', end: '2026-04-12' },
				'Who': ['gardener', 'beekeeper'],
				'Photos': [
					{ name: 'garden-plan.png', ...hosted(files.plan) },
					{ name: 'sketch', ...external(
					    'https://images.example.org/box.jpg') },
				] },
				blocks: [task('Saw'), task('Screw'), task('Hang')] },
			{ key: 'task-sow', values: { 'Task': 'Sow tomatoes indoors',
				'Status': 'Done', 'Priority': 'high',
				'Tags': ['seeds'], 'Hours': 0.75,
				'Due': '2026-03-15', 'Plants': ['tomato'],
				'Bed': ['bed-south'] } },
			{ key: 'task-plant', values: { 'Task': 'Plant out tomatoes',
				'Priority': 'high', 'Tags': ['seeds', 'water'],
				'Due': { start: '2026-05-16T09:00:00.000+02:00',
					end: '2026-05-16T11:30:00.000+02:00' },
				'Plants': ['tomato', 'basil'],
				'Who': ['beekeeper'], 'Bed': ['bed-south'] } },
			{ key: 'task-mint', values: {
				'Task': [text('Dig out '), i('all'), text(' the mint')],
				'Priority': 'low', 'Hours': 40,
				'Plants': ['mint', 'mint2'], 'Bed': ['bed-herbs'] } },
			{ key: 'task-feast', values: {
				'Task': 'Summer feast 🎉', 'Tags': ['party'],
				'Due': '2026-06-20', 'Who': ['gardener', 'bot'] },
				blocks: [columns(
					[0.5, [p('Bring: cake')]],
					[0.5, [p('Borrow: tables')]])] },
			{ key: 'task-roof', archived: true, values: {
				'Task': 'Mend the old shed’s roof',
				'Status': 'Done', 'Hours': 9 } },
			{ key: 'task-empty', values: {} },
		],
	}] };

// A database of two data sources.
const book = { kind: 'database', key: 'book-db', title: 'Garden book',
	inline: false, icon: emoji('📒'),
	cover: external('https://images.example.org/book.jpg'),
	sources: [{
		key: 'meetings', database: 'book-db', title: 'Meetings',
		properties: { 'Meeting': title, 'When': { type: 'date' } },
		views: [{ key: 'meetings-list', name: 'Meetings', type: 'list' }],
		rows: [
			{ key: 'meeting-1', values: { 'Meeting': 'Spring meeting',
				'When': '2026-03-07T17:00:00.000+01:00' },
				blocks: [
					{ type: 'meeting_notes', key: 'notes',
						payload: {
							title: [text('Spring meeting')],
							status: 'notes_ready',
							children: {
								summary_block_id: id('notes/0'),
								notes_block_id: id('notes/1'),
								transcript_block_id: id('notes/2'),
							},
							calendar_event: {
								start_time: '2026-03-07T16:00:00.000Z',
								end_time: '2026-03-07T17:00:00.000Z',
								attendees: [id('gardener'), id('beekeeper')],
							},
							recording: {
								start_time: '2026-03-07T16:02:00.000Z',
								end_time: '2026-03-07T16:55:00.000Z',
							},
						},
						children: [
							p('Summary', [bullet('Mint stays in pots')]),
							p('Notes', [p('Everyone spoke at once.')]),
							p('Transcript', [p('“Who brought the mint?”')]),
						] },
					h3('Decided'),
					bullet(['Nest boxes: ', at.page('task-boxes',
					    'Build two nest boxes')]),
				] },
			{ key: 'meeting-2', values: { 'Meeting': 'Feast planning' } },
		],
	}, {
		key: 'harvests', database: 'book-db', title: 'Harvests',
		icon: emoji('🧺'),
		properties: { 'What': title,
			'Kilos': { type: 'number', format: 'number_with_commas' },
			'Plant': { type: 'relation', to: 'plants' } },
		views: [{ key: 'harvests-table', name: 'Harvests', type: 'table' }],
		rows: [
			{ key: 'harvest-1', values: { 'What': 'First radishes',
				'Kilos': 0.3 } },
			{ key: 'harvest-2', values: { 'What': 'Courgettes',
				'Kilos': 1234.5 } },
		],
	}] };

const home = page('home', 'Elm Street Garden', {
	icon: { type: 'custom_emoji', custom_emoji: customEmoji('sprout') },
	cover: external('https://images.example.org/garden.jpg'),
	changed: 12, editor: 'beekeeper',
	comments: [{ says: 'Spring! 🌷' }],
	blocks: [
		callout(emoji('🌻'), [b('Open on Saturdays'),
			' from ten to four, and whenever the gate is open.']),
		child(words),
		child(rules),
		child(tour),
		h2('Work'),
		child(tasks),
		divider(),
		h2('What grows where'),
		child(beds),
		child(plants),
		child(book),
		p(['Made by the gardeners. ', text('Write to us', {},
		    'mailto:garden@example.org')]),
	],
});

const shed = page('shed', 'Shed (tools to lend)', {
	icon: { type: 'icon', icon: { name: 'tools', color: 'brown' } },
	blocks: [
		bullet('Spades: 4'), bullet('Rakes: 2'),
		bullet([text('Wheelbarrow', { strikethrough: true }), ' at the smith’s']),
		child(page('shed-rules', 'How we garden', {
			blocks: [p('Same name as the other page, on purpose.')] })),
	],
});

const meadow = page('meadow', '', {	/* a page without a name, empty */
	blocks: [],
});

module.exports = { users, emojis, roots: [home, shed, meadow] };
