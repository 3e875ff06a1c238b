import { expect, test } from 'vitest';
import { breachOf } from './error-contract.ts';

const answer = (fields: object) =>
  breachOf({ service: 'rest', request: 'POST /reviews', status: 400, body: JSON.stringify(fields) });
const refusal = {
  code: '23514',
  message: 'new row for relation "reviews" violates check constraint "reviews_rating_check"',
  details: null,
  hint: null,
};

test('a constraint that the register knows keeps the contract', async () => {
  expect(await answer(refusal)).toBeNull();
});

test.each([
  ['the failing row in the details', { details: 'Failing row contains (7, secret).' }],
  ['a table of the workshop in the hint', { hint: 'See private.access_grants.' }],
  ['a statement in the message', { message: 'insert into public.reviews values (7)' }],
])('%s is a leak', async (_, change) => {
  expect(await answer({ ...refusal, ...change })).toMatch(/^it tells/);
});
