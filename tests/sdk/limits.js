// The rate limit, and how the client takes it (api 1.4).
'use strict';

const assert = require('assert');
const { sdk } = require('./harness.js');

module.exports = {
	options: ['--rate', '5'],
	'a request too many in a window waits': async ({ notion }) => {
		let sent = 0, error = null;
		while (error === null && ++sent <= 11)	/* two windows' worth */
			await notion.users.me({}).catch((e) => { error = e; });
		assert.ok(sent > 5 && sent <= 11, `${sent} were sent`);
		assert.equal(error.code, sdk.APIErrorCode.RateLimited);
		assert.equal(error.status, 429);
		const wait = Number(error.headers.get('retry-after'));
		assert.ok(wait >= 1 && wait <= 60, `Retry-After is ${wait}`);
		const body = JSON.parse(error.body);
		assert.equal(body.additional_data.retry_after, String(wait));
		assert.equal(body.additional_data.rate_limit_reason,
		    'public_api_request_rate_limit');
	},
};
