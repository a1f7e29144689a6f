// harness - a server on the sample workspace, and the official client to it,
// each of whose answers is judged.
'use strict';

const { spawn } = require('child_process');
const path = require('path');
const readline = require('readline');
const { answers, judge, need } = require('./schema.js');

const sdk = need('@notionhq/client');
const root = path.join(__dirname, '../..');
const { id } = require(path.join(root, 'examples/sample/parts.js'));

// Starts notion-serve; { url, stop } once it has said where it listens.
const serveFile = async (file, ...options) => {
	const child = spawn('notion-serve', ['--port', '0', ...options, file],
	    { stdio: ['ignore', 'pipe', 'inherit'] });
	const gone = new Promise((resolve) => child.on('exit', (code, signal) =>
		resolve(signal ?? code)));
	const url = await Promise.race([
		new Promise((resolve) => readline.createInterface(
		    { input: child.stdout }).once('line', resolve)),
		gone.then((why) => { throw new Error(`notion-serve: ${why}`); }),
	]);
	return {
		url,
		stop: async () => {
			child.kill('SIGTERM');
			const why = await gone;
			if (why !== 0)
				throw new Error(`notion-serve ended with ${why}`);
		},
	};
};

const serve = (...options) => serveFile(
    path.join(root, 'examples/workspace.ndjson'),
    '--assets', path.join(root, 'examples/assets'), ...options);

// The client with judge() behind each method that answers has.
const judged = (client, version) => {
	for (const method of Object.keys(answers)) {
		const names = method.split('.');
		const last = names.pop();
		const owner = names.reduce((o, name) => o[name], client);
		const plain = owner[last].bind(client);
		owner[last] = async (...args) => {
			const answer = await plain(...args);
			judge(method, version, answer);
			return answer;
		};
	}
	return client;
};

const connect = (url, notionVersion = '2026-03-11', more = {}) =>
	judged(new sdk.Client({
		auth: 'ntn_test', baseUrl: url, notionVersion, retry: false,
		logger: () => {}, ...more,
	}), notionVersion);

// The error that the call must end in.
const refused = async (promise, code, status) => {
	let answer;
	try {
		answer = await promise;
	} catch (error) {
		if (error.code !== code || status && error.status !== status)
			throw new Error(`refused as ${error.status} ${error.code}: ` +
			    `${error.message}; expected ${status} ${code}`);
		return error;
	}
	throw new Error(`was not refused: ${JSON.stringify(answer).slice(0, 300)}`);
};

module.exports = { serve, serveFile, connect, refused, sdk, id, root };
