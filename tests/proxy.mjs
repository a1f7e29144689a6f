// A proxy that misbehaves as told, for tests; node 18 or newer, no packages.
//
//	node proxy.mjs (--upstream URL | --static FILE) [options]
//
// Listens on 127.0.0.1 (a free port), prints its base URL as the first line,
// and runs until it is killed.
//
//	--upstream URL	passes requests on to this base URL
//	--static FILE	answers by itself: a JSON array of
//			{"method","path","status","headers","body"}; method and
//			path are regular expressions for the whole of it, both
//			optional; the first that fits answers; body is text, or
//			JSON; {"hex":"..."} are bytes, {"spaces":N} so many
//			spaces; ranges are obeyed, but not with "ranges":false;
//			"chunked":true leaves the length out
//	--rules FILE	a JSON array of {"method","path","nth","fault",...}: a
//			request that fits for the nth time (a number or a list;
//			without: every time) meets the fault; first fit wins.
//			With "writes":true only what changes the workspace fits:
//			no GET, no query, no search
//	--seed N --percent P [--kinds a,b] [--most M]
//			P percent of the requests meet a fault, the same ones at
//			every run: what decides is the request and how often it
//			came, not when.  One request meets at most M (2) in all
//	--record FILE	appends a JSON line a request, before it is answered:
//			time, method, path, status (0: none), fault, version,
//			authorization (a header was there), body (its length)
//	--pid FILE	whom kill, killed and term mean: the number in this file
//	--rewrite	puts the proxy's own URL for the upstream's in bodies,
//			so that links come through here too
//	--tls KEY CERT	serves https, HTTP/2 or 1.1 as the client likes
//	--limit N --window MS
//			a 429 for what is over N in a window, as Notion has it
//
// Faults (with what a rule may add):
//	429		"retry_after": seconds, or "date+N", "date-N" for an HTTP
//			date N seconds from now, or null (default 0); "reason"
//			is additional_data.rate_limit_reason
//	409		a conflict, before anything was done
//	429date		429 with an HTTP date that is past
//	500 502 503 504 	Notion's error body; "retry_after" as above
//	529		the same, Retry-After: 0
//	html502 html	an HTML page with 502, with 200
//	status		"status", "code", "message": any error of Notion's form
//	reset		the connection is reset before an answer
//	late		the same, after upstream has done what was asked
//	late504		504 after upstream has done it
//	committed	503 after it, with what was made: committed_resource_id,
//			of an append committed_child_ids
//	kill		SIGKILL to the process of --pid, before upstream hears
//			of the request
//	killed		the same, after upstream has done it
//	term		SIGTERM to it, and then the right answer
//	cut		the connection breaks inside the body
//	short		half of the JSON, with the length of that half
//	stall		no answer, until the client leaves
//	halfstall	half of the body, then nothing
//	redirect	307 to "location"
//	gzip		no fault: the right answer, compressed
//	run		no fault: runs "command" (an argv) first, and waits for it
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import zlib from 'node:zlib';
import crypto from 'node:crypto';

const options = { most: '2', percent: '0', seed: '1', window: '60000' };
for (let i = 2; i < process.argv.length; i++) {
	const name = process.argv[i].replace(/^--/, '');
	if (name === 'tls')
		options.tls = [process.argv[++i], process.argv[++i]];
	else
		options[name] = name === 'rewrite' ? true : process.argv[++i];
}
const json = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));
const fits = (pattern, text) =>
	pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
const rules = (options.rules ? json(options.rules) : [])
	.map((rule) => ({ ...rule, met: 0 }));
const answers = options.static ? json(options.static) : null;
const upstream = options.upstream ? options.upstream.replace(/\/$/, '') : null;
const kinds = (options.kinds ?? '429,429date,500,502,503,504,529,html502,' +
	'html,reset,cut,short,gzip').split(',');
const record = options.record ? fs.openSync(options.record, 'a') : null;
const agent = { http: new http.Agent({ keepAlive: true }),
	https: new https.Agent({ keepAlive: true }) };
const seen = new Map();		// how often a request came
const faulted = new Map();	// and met a fault by chance
const window = { start: 0, spent: 0 };
let base;

// Does the request change anything?  Queries and searches are POSTs, too.
const writes = (req) => !['GET', 'HEAD'].includes(req.method) &&
	!/\/(?:query|queries|search)(?:\?|$)/.test(req.url);

// The fault this request meets, by rule or by chance; null for none.
function plan(req, body) {
	for (const rule of rules) {
		if (!fits(rule.method, req.method) ||
		    !fits(rule.path, req.url) || (rule.writes && !writes(req)))
			continue;
		rule.met++;
		if (rule.nth === undefined || [rule.nth].flat().includes(rule.met))
			return rule;
	}
	if (options.limit && overLimit())
		return { fault: '429', retry_after: Math.ceil((window.start +
			Number(options.window) - Date.now()) / 1000),
		reason: 'public_api_request_rate_limit' };
	return chance(`${req.method} ${req.url} ${body}`);
}

function overLimit() {
	if (Date.now() >= window.start + Number(options.window)) {
		window.start = Date.now();
		window.spent = 0;
	}
	return ++window.spent > Number(options.limit);
}

function chance(request) {
	const times = seen.get(request) ?? 0;
	const hits = faulted.get(request) ?? 0;
	const bits = crypto.createHash('sha256')
		.update(`${options.seed} ${times} ${request}`).digest();
	seen.set(request, times + 1);
	if (hits >= Number(options.most) ||
	    bits.readUInt32BE(0) % 10000 >= Number(options.percent) * 100)
		return null;
	faulted.set(request, hits + 1);
	return { fault: kinds[bits.readUInt32BE(4) % kinds.length] };
}

// What a Retry-After says: a number, "date+3", or nothing.
function retryAfter(value) {
	const date = /^date([+-]\d+)$/.exec(value);
	return date ? new Date(Date.now() + date[1] * 1000).toUTCString()
		: String(value);
}

function errorAnswer(status, code, fault) {
	const body = { object: 'error', status, code,
		message: fault.message ?? `fault ${code}`,
		request_id: '00000000-0000-4000-8000-000000000000' };
	const headers = { 'content-type': 'application/json; charset=utf-8' };
	const after = fault.retry_after === undefined &&
		(status === 429 || status === 529) ? 0 : fault.retry_after;
	if (after !== undefined && after !== null)
		headers['retry-after'] = retryAfter(after);
	if (status === 429)
		body.additional_data = { retry_after: String(after ?? 0),
			rate_limit_reason: fault.reason ??
				'public_api_request_rate_limit' };
	return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

const page = (status) => ({ status, headers: { 'content-type': 'text/html' },
	body: Buffer.from(`<html><head><title>${status} elsewhere</title></head>` +
		'<body><h1>something in between</h1></body></html>') });
const codes = { 409: 'conflict_error', 429: 'rate_limited', 500: 'internal_server_error',
	502: 'bad_gateway', 503: 'service_unavailable', 504: 'gateway_timeout',
	529: 'service_overload' };

// The answer that a fault makes without asking anyone; null if it needs one.
function madeUp(fault) {
	const status = Number(fault.fault);
	if (codes[status])
		return errorAnswer(status, codes[status], fault);
	switch (fault.fault) {
	case '429date': return errorAnswer(429, codes[429],
		{ ...fault, retry_after: 'date-5' });
	case 'status': return errorAnswer(fault.status, fault.code, fault);
	case 'html502': return page(502);
	case 'html': return page(200);
	case 'redirect': return { status: 307, body: Buffer.alloc(0),
		headers: { location: fault.location } };
	default: return null;
	}
}

// The answer upstream gave, as the fault tells it.
function retold(answer, fault, req) {
	if (answer.status >= 300 || !writes(req))
		return answer;
	if (fault.fault === 'late504')
		return errorAnswer(504, codes[504], fault);
	if (fault.fault !== 'committed')
		return answer;
	const made = JSON.parse(answer.body.toString());
	const saved = errorAnswer(503, codes[503], { message:
		'The change was saved, but its answer could not be built.' });
	const body = JSON.parse(saved.body);
	body.additional_data = {
		elapsed_ms: '55012', deadline_ms: '55000',
		committed_resource_id: made.id ?? req.url.split('/')[3],
		...(made.object === 'list' ? { committed_child_ids:
			made.results.map((child) => child.id) } : {}),
		retry_guidance: ['Read the object again to confirm the saved ' +
			'change.', 'Do not repeat the write.'],
	};
	return { ...saved, body: Buffer.from(JSON.stringify(body)) };
}

function kill(signal) {
	process.kill(Number(fs.readFileSync(options.pid, 'utf8')), signal);
}

function fromTable(req) {
	const found = answers.find((a) => fits(a.method, req.method) &&
		fits(a.path, req.url));
	if (!found)
		return errorAnswer(404, 'object_not_found', {});
	const { body = '' } = found;
	let bytes = Buffer.from(typeof body === 'string' ? body
		: JSON.stringify(body));
	if (body?.hex !== undefined)
		bytes = Buffer.from(body.hex, 'hex');
	if (body?.spaces !== undefined)
		bytes = Buffer.alloc(body.spaces, ' ');
	const answer = { status: found.status ?? 200, body: bytes,
		chunked: found.chunked, headers: { 'content-type': typeof body === 'string'
			? 'text/plain' : 'application/json', ...found.headers } };
	const range = /^bytes=(\d+)-$/.exec(req.headers.range ?? '');
	const same = [undefined, found.headers?.etag]
		.includes(req.headers['if-range']);
	if (!range || answer.status !== 200 || found.ranges === false || !same)
		return answer;
	const from = Number(range[1]);
	if (from >= bytes.length)
		return { status: 416, body: Buffer.alloc(0), headers:
			{ 'content-range': `bytes */${bytes.length}` } };
	return { ...answer, status: 206, body: bytes.subarray(from), headers: {
		...answer.headers, 'content-range':
		`bytes ${from}-${bytes.length - 1}/${bytes.length}` } };
}

function fromUpstream(req, body) {
	const url = new URL(upstream + req.url);
	const kind = url.protocol === 'https:' ? 'https' : 'http';
	const headers = { ...req.headers, host: url.host };
	for (const name of Object.keys(headers))
		if (name.startsWith(':') || name === 'connection')
			delete headers[name];
	return new Promise((resolve, reject) => {
		const out = (kind === 'https' ? https : http).request(url,
			{ method: req.method, headers, agent: agent[kind] }, (res) => {
				const parts = [];
				res.on('data', (part) => parts.push(part));
				res.on('error', reject);
				res.on('end', () => resolve({ status: res.statusCode,
					headers: res.headers,
					body: Buffer.concat(parts) }));
			});
		out.on('error', reject);
		out.end(body);
	});
}

function note(req, body, status, fault) {
	if (record !== null)
		fs.writeSync(record, `${JSON.stringify({ time: Date.now(),
			method: req.method, path: req.url, status,
			fault: fault?.fault ?? null, version: req.httpVersion,
			authorization: 'authorization' in req.headers,
			body: body.length })}\n`);
}

// Ends the connection (of HTTP/2 the stream) with a reset.
function reset(req) {
	if (req.stream?.close)
		req.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
	else if (req.socket.resetAndDestroy && !req.socket.encrypted)
		req.socket.resetAndDestroy();
	else
		req.socket.destroy();
}

function send(req, res, answer, fault) {
	const headers = { ...answer.headers };
	for (const name of ['connection', 'transfer-encoding', 'keep-alive'])
		delete headers[name];
	let { body } = answer;
	const half = body.subarray(0, Math.floor(body.length / 2));
	if (fault?.fault === 'short')
		body = half;
	if (fault?.fault === 'gzip' && !headers['content-encoding']) {
		body = zlib.gzipSync(body);
		headers['content-encoding'] = 'gzip';
	}
	if (!answer.chunked)
		headers['content-length'] = body.length;
	res.writeHead(answer.status, headers);
	if (fault?.fault === 'cut')
		res.write(half, () => setImmediate(() => reset(req)));
	else if (fault?.fault === 'halfstall')
		res.write(half);
	else
		res.end(req.method === 'HEAD' ? undefined : body);
}

async function handle(req, res) {
	const parts = [];
	for await (const part of req)
		parts.push(part);
	const body = Buffer.concat(parts);
	const fault = plan(req, body);
	if (['reset', 'stall', 'kill'].includes(fault?.fault)) {
		note(req, body, 0, fault);
		if (fault.fault === 'kill')
			kill('SIGKILL');
		if (fault.fault !== 'stall')
			reset(req);
		return;
	}
	if (fault?.fault === 'run')
		execFileSync(fault.command[0], fault.command.slice(1),
			{ stdio: 'ignore' });
	let answer = fault && madeUp(fault);
	answer ??= answers ? fromTable(req) : await fromUpstream(req, body);
	if (options.rewrite)
		answer.body = Buffer.from(answer.body.toString('latin1')
			.replaceAll(upstream, base), 'latin1');
	if (fault)
		answer = retold(answer, fault, req);
	note(req, body, answer.status, fault);
	if (fault?.fault === 'killed')
		kill('SIGKILL');
	if (fault?.fault === 'term')
		kill('SIGTERM');
	if (fault?.fault === 'late' || fault?.fault === 'killed')
		reset(req);
	else
		send(req, res, answer, fault);
}

const listener = (req, res) => handle(req, res).catch(() => reset(req));
const server = options.tls
	? http2.createSecureServer({ key: fs.readFileSync(options.tls[0]),
		cert: fs.readFileSync(options.tls[1]), allowHTTP1: true }, listener)
	: http.createServer({ keepAliveTimeout: 60000 }, listener);
server.on('sessionError', () => {});
server.listen(0, '127.0.0.1', () => {
	base = `${options.tls ? 'https' : 'http'}://127.0.0.1:` +
		server.address().port;
	process.stdout.write(`${base}\n`);
});
