import { appendFileSync } from 'node:fs';
import { afterAll, expect, inject } from 'vitest';
import { breachOf, type FailedAnswer } from './error-contract.ts';

// Every failed answer that a test of this file sees over HTTP must keep the error contract, whatever the test looks at.

const seen: Promise<FailedAnswer | undefined>[] = [];
const { api_url } = inject('stack');
const realFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  const response = await realFetch(input, init).catch((error: Error) => {
    // supabase-js passes on that fetch failed, but not why.
    console.error(`${method} ${url}: ${error.message}`, error.cause);
    throw error;
  });
  // An answer to HEAD has no body that could keep anything.
  if (response.status >= 400 && method !== 'HEAD' && url.startsWith(`${api_url}/`))
    seen.push(read(`${method} ${url.slice(api_url.length)}`, response.clone()));
  return response;
};

async function read(request: string, response: Response): Promise<FailedAnswer | undefined> {
  try {
    const service = /\/(\w+)\/v1/.exec(request)?.[1] ?? '';
    return { service, request, status: response.status, body: await response.text() };
  } catch {
    // The test has gone on.
    return undefined;
  }
}

afterAll(async () => {
  globalThis.fetch = realFetch;
  const answers = (await Promise.all(seen)).filter((answer) => answer !== undefined);
  const breaches = new Set<string>();
  for (const answer of answers) {
    const breach = await breachOf(answer);
    if (breach) breaches.add(`${answer.request}: ${answer.status}, ${breach}`);
    // For the proof that counts over all files.
    if (process.env['FAILED_ANSWERS'])
      appendFileSync(process.env['FAILED_ANSWERS'], `${JSON.stringify({ ...answer, breach })}\n`);
  }
  expect([...breaches]).toEqual([]);
});
