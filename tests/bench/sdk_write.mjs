// sdk_write STREAM PARENT - writes the blocks of the stream's pages with the
// official client: a page, then 100 blocks a request, one after the other, as a
// plain restore would.  Prints how many requests that took.
import fs from 'node:fs';
import readline from 'node:readline';
import { Client } from '@notionhq/client';

const [stream, parent] = process.argv.slice(2);
const client = new Client({ auth: process.env.NOTION_API_TOKEN,
	baseUrl: process.env.NOTION_API_BASE_URL });
let requests = 0, page = null, waiting = [];

const text = (items) => items.map(({ type, text: t, annotations }) =>
	({ type, text: t, annotations }));
const writable = ({ type, [type]: { rich_text, icon, ...more } }) => ({ type,
	[type]: { ...more, ...(icon && { icon }),
		...(rich_text && { rich_text: text(rich_text) }) } });

async function flush() {
	if (waiting.length === 0)
		return;
	await client.blocks.children.append({ block_id: page.id,
		children: waiting.map(writable) });
	waiting = [];
	requests++;
}

for await (const line of readline.createInterface({
	input: fs.createReadStream(stream) })) {
	const record = JSON.parse(line);
	if (record.object === 'page') {
		await flush();
		page = await client.pages.create({ parent: { page_id: parent },
			properties: { title: {
				title: text(record.properties.title.title) } } });
		requests++;
	}
	if (record.object === 'block' && waiting.push(record) === 100)
		await flush();
}
await flush();
console.log(requests);
