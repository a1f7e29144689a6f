// Reads the pages named in a file of references and all their blocks with the
// official client, eight at once; prints how many requests that took.
import { readFileSync } from "node:fs";
import { Client } from "@notionhq/client";

const notion = new Client({
	auth: process.env.NOTION_API_TOKEN,
	baseUrl: process.env.NOTION_API_BASE_URL,
	notionVersion: "2026-03-11",
});
let requests = 0;

async function readBlocks(id) {
	let cursor;
	do {
		const list = await notion.blocks.children.list({
			block_id: id, page_size: 100, start_cursor: cursor });
		requests++;
		for (const block of list.results)
			if (block.has_children && block.type !== "child_page" &&
			    block.type !== "child_database" &&
			    !block.synced_block?.synced_from)
				await readBlocks(block.id);
		cursor = list.has_more ? list.next_cursor : undefined;
	} while (cursor);
}

const references = readFileSync(process.argv[2], "utf8").trim().split("\n");
async function worker() {
	for (let line; (line = references.pop()) !== undefined;) {
		const { id } = JSON.parse(line);
		await notion.pages.retrieve({ page_id: id });
		requests++;
		await readBlocks(id);
	}
}
await Promise.all(Array.from({ length: 8 }, worker));
console.log(requests);
