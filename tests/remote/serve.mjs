// A server that backups can be sent to, for tests: on loopback, on a free port.
//
//	node serve.mjs (s3|sftp|ftp|webdav) FOLDER [--cut N --while FILE]
//	    [--append-only] [--log FILE]
//
// Keeps what it gets in FOLDER, prints its port as the first line, and runs
// until it is killed.  S3 has the bucket "backups" and takes the keys S3RVER;
// ftp and webdav know the user "u" with the password "p"; sftp lets in whoever
// has FOLDER.keys/user, and is itself known by FOLDER.keys/known.
//
// With --cut, as long as FILE exists, a connection breaks at the Nth byte that
// the client has sent over it (for ftp: at the Nth byte of a file).
//
// With --append-only, which is for s3, nothing can be removed.
//
// With --log, which is for s3, a line is added to FILE a request that comes:
// how many bytes it brings, its method, and what it asks for.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { Transform } from 'node:stream';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		cut: { type: 'string' }, while: { type: 'string' },
		'append-only': { type: 'boolean' },
		log: { type: 'string' },
	},
});
const [kind, folder] = positionals;
const root = path.resolve(folder);
const modules = createRequire(path.join(process.env.NT_REMOTE, 'package.json'));

const cutting = () => values.cut !== undefined && fs.existsSync(values.while);

// What passes Nth bytes and then breaks.
function cutter() {
	let left = Number(values.cut);
	return new Transform({
		transform(bytes, _, done) {
			left -= bytes.length;
			done(left < 0 ? new Error('cut') : null, bytes);
		},
	});
}

function logged({ headers, method, url }) {
	fs.appendFileSync(values.log,
		`${headers['content-length'] ?? 0} ${method} ${url}\n`);
}

function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

// Resolves when something listens there; a connection that is refused is what
// tells that it does not, so nothing is waited for but the next try.
function listening(port) {
	return new Promise((resolve) => {
		const attempt = () => net.connect(port, '127.0.0.1')
			.on('connect', function () { this.destroy(); resolve(); })
			.on('error', () => setTimeout(attempt, 10));
		attempt();
	});
}

// Listens on a port of its own and passes on to the other, until it cuts.
function front(port) {
	return new Promise((resolve) => {
		const server = net.createServer((client) => {
			const behind = net.connect(port, '127.0.0.1');
			const end = () => { client.destroy(); behind.destroy(); };
			const sent = cutting() ? client.pipe(cutter()) : client;
			for (const stream of new Set([client, behind, sent]))
				stream.on('error', end).on('close', end);
			sent.pipe(behind);
			behind.pipe(client);
		}).listen(0, '127.0.0.1', () => resolve(server.address().port));
	});
}

async function refuseToRemove(context, next) {
	if (context.method !== 'DELETE')
		return next();
	context.status = 403;
	context.type = 'application/xml';
	context.body = '<Error><Code>AccessDenied</Code>' +
		'<Message>Access Denied</Message></Error>';
}

function child(command, args) {
	const process_ = spawn(command, args, { stdio: 'ignore' });
	process.on('exit', () => process_.kill());
	process_.on('exit', () => process.exit(1));
}

const start = {
	async s3(port) {
		const S3rver = modules('s3rver');
		const server = new S3rver({
			address: '127.0.0.1', port, directory: root, silent: true,
			configureBuckets: [{ name: 'backups' }],
		});
		if (values['append-only'])
			server.middleware.unshift(refuseToRemove);
		await server.run();
		if (values.log !== undefined)
			server.httpServer.on('request', logged);
	},

	async ftp(port) {
		const { FtpSrv, FileSystem } = modules('ftp-srv');
		class Breaking extends FileSystem {
			write(name, how) {
				const made = super.write(name, how);
				if (!cutting())
					return made;
				const through = cutter();
				through.pipe(made.stream);
				return { ...made, stream: through };
			}
		}
		const server = new FtpSrv({
			url: `ftp://127.0.0.1:${port}`, pasv_url: '127.0.0.1',
			log: modules('bunyan').createLogger({ name: 'ftp', level: 100 }),
		});
		server.on('login', (login, resolve, reject) =>
			login.username === 'u' && login.password === 'p'
				? resolve({ fs: new Breaking(login.connection, { root }) })
				: reject(new Error('no such user')));
		await server.listen();
	},

	sftp(port) {
		const keys = `${root}.keys`;
		fs.mkdirSync(keys, { mode: 0o700 });
		fs.mkdirSync('/run/sshd', { recursive: true });
		for (const name of ['host', 'user'])
			execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '',
				'-f', path.join(keys, name)]);
		fs.writeFileSync(path.join(keys, 'config'), [
			`HostKey ${keys}/host`, `AuthorizedKeysFile ${keys}/user.pub`,
			'PidFile none', 'StrictModes no', 'UsePAM no',
			'PasswordAuthentication no', 'Subsystem sftp internal-sftp',
			// what a shell reads at its start is no part of the test
			`SetEnv HOME=${root}`, '',
		].join('\n'));
		child('/usr/sbin/sshd', ['-D', '-f', path.join(keys, 'config'),
			'-o', `ListenAddress=127.0.0.1:${port}`]);
	},

	webdav(port) {
		child('rclone', ['serve', 'webdav', root, '--config', '/dev/null',
			'--addr', `127.0.0.1:${port}`, '--user', 'u', '--pass', 'p']);
	},
};

process.on('SIGTERM', () => process.exit(0));
fs.mkdirSync(root, { recursive: true });
const port = await freePort();
await start[kind](port);
await listening(port);
const shown = values.cut === undefined || kind === 'ftp' ? port : await front(port);
if (kind === 'sftp') {
	const [type, key] = fs.readFileSync(`${root}.keys/host.pub`, 'utf8').split(' ');
	fs.writeFileSync(`${root}.keys/known`, `[127.0.0.1]:${shown} ${type} ${key}\n`);
}
console.log(shown);
