// Reads the pages named in a file of references with notion-to-md, eight at
// once, into a file of Markdown each in a folder; prints how many requests
// that took.
//
//	node export.mjs REFERENCES FOLDER
//
// Pages below a page are named themselves, so they are not read twice.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const modules = createRequire(`${process.env.NT_MARKDOWN}/package.json`);
const { Client } = modules('@notionhq/client');
const { NotionToMarkdown } = modules('notion-to-md');

const [references, folder] = process.argv.slice(2);
let requests = 0;
const notion = new Client({
	auth: process.env.NOTION_API_TOKEN,
	baseUrl: process.env.NOTION_API_BASE_URL,
	notionVersion: '2026-03-11',
	fetch: (...request) => { requests++; return fetch(...request); },
});
const markdown = new NotionToMarkdown({
	notionClient: notion, config: { parseChildPages: false } });

const ids = readFileSync(references, 'utf8').trim().split('\n');
async function worker() {
	for (let id; (id = ids.pop()) !== undefined;) {
		const blocks = await markdown.pageToMarkdown(id);
		writeFileSync(path.join(folder, `${id}.md`),
			markdown.toMarkdownString(blocks).parent ?? '');
	}
}
await Promise.all(Array.from({ length: 8 }, worker));
console.log(requests);
