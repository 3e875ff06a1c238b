// node bench/prove/fuzz.ts [--tier 1] [--seed N]: random calls of every function, random requests of every table and random
// queries, by nobody, by a student and by an instructor. Nothing may break, leak, or change what belongs to others.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import postgres from 'postgres';
import { breachOf, leakMarkers } from '../../tests/support/error-contract.ts';
import { figure } from '../figures.ts';
import { settle } from '../fuzz/attackers.ts';
import { readCatalogue } from '../fuzz/catalogue.ts';
import { chance, makeQueries } from '../fuzz/queries.ts';
import { type Attacker, attackers, type FuzzRequest, rpcRequests, tableRequests } from '../fuzz/requests.ts';
import { canary, plantCanaries, privateWords, remember } from '../fuzz/victims.ts';
import { atOnce, startWorld } from '../money/world.ts';

const { values } = parseArgs({ options: { tier: { type: 'string' }, seed: { type: 'string' } } });
const isShort = values.tier === '1';
const wanted = isShort ? { rpc: 2_000, rest: 2_000, sql: 2_000 } : { rpc: 20_000, rest: 20_000, sql: 40_000 };
// Beside the tests a failure has to be of the change that is tested; what nobody thought of is looked for in the long form.
const seed = Number(values.seed ?? (isShort ? 20261130 : Date.now() % 2 ** 31));
const atATime = 12;
/** SQLSTATEs that no client may ever be shown: each means that something of ours is wrong. */
const forbidden = /^(P000[0-4]|21000|40001|40P01|42P17|54001|XX\d{3}|58\w{3}|F0000)$/;

/** PostgREST hands a list in the address to Postgres as it is, and has 500 for one that begins with bounds (`[1…`). */
const isPlatforms = /"code":"54000".*"array (bound|size)/;

const inOrder = (counts: Map<unknown, number>): string =>
  [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([key, count]) => `${String(key)} ${count}`)
    .join(', ');

const world = await startWorld();
const owner = world.sql;
try {
  await plantCanaries(owner);
  const snapshot = await remember(owner);
  const words = await privateWords(owner);
  const [student, instructor] = await world.buyers(2);
  await settle(world, student!, instructor!);
  const own = await snapshot.again();
  const catalogue = await readCatalogue(owner);
  // As often as all others together: what is the attacker's own leads furthest.
  catalogue.ids.push(...Array.from({ length: catalogue.ids.length }, (_, index) => own[index % own.length]!));
  const people: Record<Attacker, typeof student> = { anon: undefined, student, instructor };
  console.log(`  seed ${seed}; ${snapshot.rows} rows belong to others, the attackers have ${own.length} ids`);

  /** Each surprise once, with the request that makes it again. */
  const surprises = new Map<string, Map<string, string>>();
  const note = (kind: string, what: string, how: string): void => {
    const known = surprises.get(kind) ?? new Map<string, string>();
    surprises.set(kind, known);
    if (!known.has(what)) {
      known.set(what, how);
      console.log(`  ${kind}: ${what}\n    ${how.slice(0, 600)}`);
    }
  };
  /** What may stand in no answer, unless the request says it: the canary, and how others are called and reached. */
  const told = (answer: string, how: string): string | undefined => {
    const [lower, asked] = [answer.toLowerCase(), how.toLowerCase()];
    return [canary.toLowerCase(), ...words].find((word) => lower.includes(word) && !asked.includes(word));
  };
  const statuses = new Map<number, number>();
  let answered = 0;

  const send = async ({ attacker, method, path, headers, body }: FuzzRequest): Promise<void> => {
    const person = people[attacker];
    const how = `${attacker} ${method} ${path} ${JSON.stringify(headers)} ${body ?? ''}`;
    const response = await fetch(`${world.stack.api_url}/rest/v1${path}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      headers: {
        apikey: world.stack.publishable_key,
        ...(person && { authorization: `Bearer ${person.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    }).catch((error: Error) => {
      // fetch itself refuses some methods and headers.
      if (!(error instanceof TypeError) || error.message === 'fetch failed')
        note('broken', error.message, how);
    });
    if (!response) return;
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const text = await response.text();
    answered += 1;
    const secret = told(text, how);
    if (secret) note('leak', secret, how);
    if (response.status < 400) return;
    if (response.status >= 500 && !isPlatforms.test(text))
      note('5xx', `${response.status} ${text.slice(0, 200)}`, how);
    else if (method !== 'HEAD') {
      const breach = await breachOf({ service: 'rest', request: how, status: response.status, body: text });
      if (breach)
        note(breach.startsWith('it tells') ? 'leak' : 'contract', `${breach}: ${text.slice(0, 200)}`, how);
    }
  };

  const storm = async (name: 'rpc' | 'rest', requests: fc.Arbitrary<FuzzRequest>): Promise<void> => {
    answered = 0;
    // fetch sends none with TRACE, nor some headers.
    const made = fc.sample(requests, { numRuns: Math.ceil(wanted[name] * 1.1), seed });
    await atOnce(atATime, made, send);
    figure(`fuzz.${name}_requests`, answered, wanted[name], 'least');
  };
  await storm('rpc', rpcRequests(catalogue));
  await storm('rest', tableRequests(catalogue));

  const random = chance(seed);
  const next = makeQueries(catalogue, random);
  const states = new Map<string, number>();
  await atOnce(2, attackers, async (attacker) => {
    const sql = postgres(world.stack.database_url, {
      max: 1,
      onnotice: () => {},
      connection: { statement_timeout: 2_000 },
    });
    const role = attacker === 'anon' ? 'anon' : 'authenticated';
    const claims = JSON.stringify({ role, ...(people[attacker] && { sub: people[attacker].id }) });
    for (let n = 0; n < wanted.sql / attackers.length; n += 1) {
      const query = next();
      try {
        const rows = await sql.begin(async (transaction) => {
          await transaction`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`;
          return transaction.unsafe(query);
        });
        states.set('00000', (states.get('00000') ?? 0) + 1);
        const secret = told(JSON.stringify(rows), query);
        if (secret) note('leak', `${secret} in SQL`, `${attacker} ${query}`);
      } catch (error) {
        if (!(error instanceof postgres.PostgresError)) {
          note('broken', (error as Error).message, `${attacker} ${query}`);
          continue;
        }
        states.set(error.code, (states.get(error.code) ?? 0) + 1);
        if (forbidden.test(error.code))
          note('contract', `${error.code} ${error.message}`, `${attacker} ${query}`);
        const said = [error.message, error.detail, error.hint].join(' ');
        // An error may name what the query named.
        const [marker] = leakMarkers.exec(said) ?? [];
        const secret =
          told(said, query) ??
          (marker && !query.toLowerCase().includes(marker.toLowerCase()) ? marker : undefined);
        if (secret) note('leak', `${secret} in an error: ${said.slice(0, 200)}`, `${attacker} ${query}`);
      }
    }
    await sql.end();
  });
  figure(
    'fuzz.sql_queries',
    [...states.values()].reduce((sum, count) => sum + count, 0),
    wanted.sql,
    'least',
  );

  console.log(`  answers: ${inOrder(statuses)}\n  SQL: ${inOrder(states)}`);
  const changed = await snapshot.changed();
  for (const line of changed.slice(0, 20)) console.log(`  ${line}`);
  const count = (kind: string) => surprises.get(kind)?.size ?? 0;
  figure('fuzz.answers_5xx', count('5xx'), 0);
  figure('fuzz.requests_without_an_answer', count('broken'), 0);
  figure('fuzz.failures_outside_the_contract', count('contract'), 0);
  figure('fuzz.leaks', count('leak'), 0);
  figure('fuzz.rows_of_others_changed', changed.length, 0);
} finally {
  await world.stop();
}
process.exit();
