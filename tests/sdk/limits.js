// The rate limit, and how the client takes it (api 1.4).
'use strict';

const assert = require('assert');
const { connect, refused, sdk } = require('./harness.js');

module.exports = {
	options: ['--rate', '5'],
	'the sixth request in a window waits': async ({ url, notion }) => {
		for (let n = 0; n < 5; n++)
			await notion.users.me({});
		const error = await refused(notion.users.me({}),
		    sdk.APIErrorCode.RateLimited, 429);
		const wait = Number(error.headers.get('retry-after'));
		assert.ok(wait >= 1 && wait <= 60, `Retry-After is ${wait}`);
		const body = JSON.parse(error.body);
		assert.equal(body.additional_data.retry_after, String(wait));
		assert.equal(body.additional_data.rate_limit_reason,
		    'public_api_request_rate_limit');
	},
};
