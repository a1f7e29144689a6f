// run - all that the official client asks, as TAP.
//
// A file of tests is an object: what holds, and how to see it.  Each file has
// a server of its own, on the sample workspace or what stream() makes; the
// tests in it share that server and run in order.
'use strict';

const { serve, serveFile, connect } = require('./harness.js');

const files = process.argv.length > 2 ? process.argv.slice(2) : [
	'users', 'pages', 'blocks', 'databases', 'query', 'search', 'comments',
	'views', 'uploads', 'errors', 'generated', 'limits', 'versions',
	'replay',
];

// These say themselves which version they speak.
const own = ['limits', 'versions', 'replay'];

const main = async () => {
	let count = 0, failed = 0;
	const run = async (file, version) => {
		const { options = [], stream, ...tests } =
			require(`./${file}.js`);
		const server = await (stream ? serveFile(stream(), ...options) :
		    serve(...options));
		const notion = connect(server.url, version);
		for (const [what, see] of Object.entries(tests)) {
			let fault = null;
			try {
				await see({ notion, url: server.url });
			} catch (error) {
				fault = error;
			}
			count++;
			console.log(`${fault ? 'not ok' : 'ok'} ${count} - ` +
			    `${file}: ${what}${own.includes(file) ? '' :
				` (${version})`}`);
			if (!fault)
				continue;
			failed++;
			console.log(String(fault.stack).replace(/^/gm, '# '));
		}
		await server.stop();
	};
	for (const file of files) {
		await run(file, '2026-03-11');
		if (!own.includes(file))
			await run(file, '2025-09-03');
	}
	console.log(`1..${count}`);
	process.exit(failed > 0 ? 1 : 0);
};

main();
