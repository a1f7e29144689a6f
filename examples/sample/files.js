// files - the bytes of the garden's own files, each drawn here.
'use strict';

// ---- a picture: four beds, paths between them, a sun; PNG without packing,
// so that the bytes do not depend on anybody's zlib ----

const crcTable = Array.from({ length: 256 }, (_, n) => {
	for (let bit = 0; bit < 8; bit++)
		n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});

const crc32 = (bytes) => (bytes.reduce((crc, byte) =>
	crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8), 0xffffffff) ^
	0xffffffff) >>> 0;

const adler32 = (bytes) => {
	let a = 1, b = 0;
	for (const byte of bytes) {
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	return ((b << 16) | a) >>> 0;
};

const u32 = (n) => {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(n);
	return bytes;
};

const chunk = (type, data) => {
	const body = Buffer.concat([Buffer.from(type), data]);
	return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
};

// zlib's format around one stored block; holds up to 65,535 bytes.
const stored = (data) => {
	const head = Buffer.from([0x78, 0x01, 0x01, 0, 0, 0, 0]);
	head.writeUInt16LE(data.length, 3);
	head.writeUInt16LE(data.length ^ 0xffff, 5);
	return Buffer.concat([head, data, u32(adler32(data))]);
};

const png = (width, height, palette, colourAt) => {
	const rows = [];
	for (let y = 0; y < height; y++)
		rows.push(0, ...Array.from({ length: width },
		    (_, x) => colourAt(x, y)));
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', Buffer.concat([u32(width), u32(height),
			Buffer.from([8, 3, 0, 0, 0])])),
		chunk('PLTE', Buffer.from(palette.flat())),
		chunk('IDAT', stored(Buffer.from(rows))),
		chunk('IEND', Buffer.alloc(0)),
	]);
};

const gardenColours = [
	[196, 164, 120],	// 0 path
	[104, 72, 44],		// 1 soil
	[84, 150, 62],		// 2 leaves
	[214, 74, 58],		// 3 tomatoes
	[240, 190, 50],		// 4 sun
	[170, 210, 235],	// 5 sky
];

const plan = png(160, 110, gardenColours, (x, y) => {
	if (y < 26)
		return (x - 138) ** 2 + (y - 13) ** 2 < 81 ? 4 : 5;
	const column = (x - 8) % 39, row = (y - 34) % 38;
	if (x < 8 || y < 34 || column >= 31 || row >= 30)
		return 0;
	if (column % 8 === 4 && row % 6 === 2)
		return 3;
	return column % 8 > 2 && column % 8 < 6 && row % 6 < 4 ? 2 : 1;
});

const leaf = png(32, 32, gardenColours, (x, y) =>
	(x - 16) ** 2 / 60 + (y - 14) ** 2 / 170 < 1 ?
	    (x === 16 ? 5 : 2) : (x === 16 && y > 14 ? 1 : 5));

// ---- half a second of a bird: WAV, 8 bit, 8 kHz ----

const chirp = (() => {
	const rate = 8000, count = 4000;
	const head = Buffer.alloc(44);
	head.write('RIFF', 0);
	head.writeUInt32LE(36 + count, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE(rate, 28);
	head.writeUInt16LE(1, 32);
	head.writeUInt16LE(8, 34);
	head.write('data', 36);
	head.writeUInt32LE(count, 40);
	// A triangle wave in whole numbers: no sine, no rounding, no surprise.
	const samples = Buffer.alloc(count);
	for (let n = 0, phase = 0; n < count; n++) {
		phase = (phase + 90 + (n % 1000 >> 3)) % 512;
		const loud = Math.max(0, 100 - (n % 1000 >> 3));
		const wave = Math.abs(phase - 256) - 128;
		samples[n] = 128 + Math.trunc(wave * loud / 128);
	}
	return Buffer.concat([head, samples]);
})();

// ---- one page of rules: PDF ----

const pdf = (lines) => {
	const show = lines.map((line, n) =>
	    `${n ? '0 -22 Td ' : ''}(${line.replace(/[()\\]/g, '\\$&')}) Tj`);
	const content = `BT /F1 14 Tf 60 760 Td ${show.join('\n')} ET`;
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ' +
		    '/Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	];
	let out = '%PDF-1.4\n';
	const at = objects.map((object, n) => {
		const offset = out.length;
		out += `${n + 1} 0 obj\n${object}\nendobj\n`;
		return `${String(offset).padStart(10, '0')} 00000 n \n`;
	});
	const xref = out.length;
	out += `xref\n0 ${at.length + 1}\n0000000000 65535 f \n${at.join('')}` +
	    `trailer\n<< /Size ${at.length + 1} /Root 1 0 R >>\n` +
	    `startxref\n${xref}\n%%EOF\n`;
	return Buffer.from(out, 'latin1');
};

const file = (name, content_type, bytes) => ({ name, content_type, bytes });

module.exports = {
	plan: file('garden-plan.png', 'image/png', plan),
	leaf: file('leaf.png', 'image/png', leaf),
	chirp: file('robin.wav', 'audio/wav', chirp),
	rules: file('garden-rules.pdf', 'application/pdf', pdf([
		'Elm Street Garden: the rules', '',
		'1. Water before nine or after six.',
		'2. What you borrow from the shed goes back clean.',
		'3. Weeds go on the heap, seeds of weeds do not.',
		'4. Take what you planted (and the courgettes, please).',
	])),
	seeds: file('seed-list.txt', 'text/plain', Buffer.from([
		'Seeds in the box, after the swap of March',
		'',
		'tomato "Matina"        3 packets',
		'climbing bean          1 jar',
		'courgette              far too many',
		'borage                 half a packet',
		'mint                   none: never sow mint',
		'',
	].join('\n'))),
};
