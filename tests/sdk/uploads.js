// Files: uploaded in one piece and in parts, attached, read back (api 2.7).
'use strict';

const assert = require('assert');
const { id } = require('./harness.js');

const MiB = 1 << 20;
const bytes = (count, salt) => Buffer.from(Array.from({ length: count },
    (_, n) => (n * 31 + salt * 7 + (n >> 9)) & 0xff));
const download = async (url) => {
	const answer = await fetch(url);
	assert.equal(answer.status, 200);
	return Buffer.from(await answer.arrayBuffer());
};

const send = async (notion, name, type, data) => {
	const upload = await notion.fileUploads.create({
		mode: 'single_part', filename: name, content_type: type });
	assert.equal(upload.status, 'pending');
	assert.match(upload.upload_url, /\/send$/);
	return notion.fileUploads.send({ file_upload_id: upload.id,
		file: { filename: name, data: new Blob([data], { type }) } });
};

module.exports = {
	'one piece, in a block': async ({ notion }) => {
		const data = bytes(5000, 1);
		const upload = await send(notion, 'notes.txt', 'text/plain', data);
		assert.equal(upload.status, 'uploaded');
		assert.equal(upload.content_length, 5000);
		const { results: [block] } = await notion.blocks.children.append({
			block_id: id('shed'), children: [{ file: {
				type: 'file_upload',
				file_upload: { id: upload.id } } }] });
		assert.equal(block.file.type, 'file');
		assert.equal(block.file.name, 'notes.txt');
		assert.ok(data.equals(await download(block.file.file.url)));
	},
	'the same file twice more: property, icon': async ({ notion }) => {
		const data = bytes(300, 2);
		const upload = await send(notion, 'dot.png', 'image/png', data);
		const file = { type: 'file_upload',
			file_upload: { id: upload.id } };
		const row = await notion.pages.update({ page_id: id('task-mint'),
			icon: file,
			properties: { Photos: { files: [
				{ name: 'dot.png', ...file }] } } });
		assert.ok(data.equals(await download(
		    row.properties.Photos.files[0].file.url)));
		assert.ok(data.equals(await download(row.icon.file.url)));
	},
	'in parts': async ({ notion }) => {
		const parts = [bytes(5 * MiB, 3), bytes(1000, 4)];
		const upload = await notion.fileUploads.create({
			mode: 'multi_part', number_of_parts: 2,
			filename: 'big.wav', content_type: 'audio/wav' });
		for (const n of [1, 0])		/* any order */
			await notion.fileUploads.send({ file_upload_id: upload.id,
				part_number: String(n + 1),
				file: { filename: 'big.wav', data: new Blob(
				    [parts[n]], { type: 'audio/wav' }) } });
		const whole = await notion.fileUploads.complete({
			file_upload_id: upload.id });
		assert.equal(whole.status, 'uploaded');
		const { results: [block] } = await notion.blocks.children.append({
			block_id: id('shed'), children: [{ audio: {
				type: 'file_upload',
				file_upload: { id: upload.id } } }] });
		assert.ok(Buffer.concat(parts).equals(
		    await download(block.audio.file.url)));
	},
	'a comment with a picture': async ({ notion }) => {
		const upload = await send(notion, 'a.png', 'image/png',
		    bytes(100, 5));
		const comment = await notion.comments.create({
			parent: { page_id: id('shed') },
			rich_text: [{ text: { content: 'look' } }],
			attachments: [{ file_upload_id: upload.id }] });
		assert.equal(comment.attachments[0].category, 'image');
	},
	'by id, and all of them, newest first': async ({ notion }) => {
		const { results } = await notion.fileUploads.list({});
		assert.equal(results.length, 4);
		const one = await notion.fileUploads.retrieve({
			file_upload_id: results[0].id });
		assert.equal(one.filename, 'a.png');
	},
	'not sent, not attached': async ({ notion }) => {
		const upload = await notion.fileUploads.create({
			filename: 'never.txt', content_type: 'text/plain' });
		await assert.rejects(notion.blocks.children.append({
			block_id: id('shed'), children: [{ file: {
				type: 'file_upload',
				file_upload: { id: upload.id } } }] }),
		    { name: 'APIResponseError' });
	},
};
