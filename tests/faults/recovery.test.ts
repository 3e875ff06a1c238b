import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fault, faults } from '../../bench/faults/inject.ts';
import { checkOut, nothingSeen } from '../../bench/faults/checkout.ts';
import { type Buyer, startWorld, type World } from '../../bench/money/world.ts';
import { postgresPlace } from '../../local/postgres/account.ts';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { eventually } from '../support/eventually.ts';

let world: World;
let bob: Buyer;

beforeAll(async () => {
  surviveDriverFault();
  world = await startWorld();
  [bob] = (await world.buyers(1)) as [Buyer];
}, 120_000);

afterAll(() => world?.stop());

const browse = () =>
  fetch(`${world.stack.api_url}/rest/v1/rpc/list_categories`, {
    headers: { apikey: world.stack.publishable_key },
  });
const health = () => fetch(`${world.stack.functions_url}/health`);

/** Everything answers again, without anybody's help. */
const isWell = () =>
  eventually(async () => {
    expect([(await browse()).status, (await health()).status]).toEqual([200, 200]);
  }, 30_000);

const postmaster = async () =>
  Number(
    (await readFile(join(postgresPlace(world.stack.settings).data, 'postmaster.pid'), 'utf8')).split('\n')[0],
  );

const strike = async (name: string) => {
  const fault = faults.find((one) => one.name === name) as Fault;
  await fault.strike(world);
};

describe('the stack gets up again by itself', () => {
  test('F170, F178: Postgres is killed; whoever asks meanwhile is told at once to come back', async () => {
    const pid = await postmaster();
    process.kill(pid, 'SIGKILL');
    await eventually(async () => {
      const answer = await browse();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({ code: 'PGRST001' });
    });
    await isWell();
    expect(await postmaster()).not.toBe(pid);
  }, 60_000);

  test('F171: one session crashes, and Postgres with it', async () => {
    await browse();
    await strike('database_session_killed');
    await isWell();
  }, 60_000);

  test('F172: every session of the API is ended', async () => {
    await strike('database_sessions_ended');
    await isWell();
  }, 60_000);

  test('F162, F173: the functions host is killed; a purchase goes on where it was', async () => {
    await strike('functions_killed');
    const seen = nothingSeen();
    const { isPaid } = await checkOut(world, seen, bob, world.courses[0]!.id, { isClumsy: true });
    expect([isPaid, seen.outside]).toEqual([true, []]);
    await isWell();
  }, 60_000);

  test('F106: no session is left', async () => {
    await strike('no_connections_left');
    await isWell();
  }, 60_000);
});

describe('one bad client is nobody else’s problem', () => {
  test('F107: sockets that send a byte now and then', async () => {
    const { hostname, port } = new URL(world.stack.api_url);
    const sockets = Array.from({ length: 50 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(`POST /functions/v1/confirm-payment HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`);
      return socket;
    });
    await isWell();
    for (const socket of sockets) socket.destroy();
  });

  test('F161: clients that hang up while the answer is on its way', async () => {
    await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        fetch(`${world.stack.api_url}/rest/v1/courses`, {
          headers: { apikey: world.stack.publishable_key },
          signal: AbortSignal.timeout(index),
        }),
      ),
    );
    await isWell();
    // Somebody may be between two statements; nobody stays there.
    await expect
      .poll(() => world.sql`select query from pg_stat_activity where state = 'idle in transaction'`, {
        timeout: 5_000,
      })
      .toHaveLength(0);
  });

  test.each([
    ['half a JSON', '{"order_id": "', 400, 'BAD_REQUEST'],
    ['a list', '[]', 400, 'BAD_REQUEST'],
    ['bytes that are no text', '\u0000\uFFFD', 400, 'BAD_REQUEST'],
    ['ten thousand levels', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 413, 'PAYLOAD_TOO_LARGE'],
    ['ten megabytes', JSON.stringify({ order_id: 'x'.repeat(10_485_760) }), 413, 'PAYLOAD_TOO_LARGE'],
  ])('F062, F099: %s', async (_, body, status, code) => {
    const answer = await fetch(`${world.stack.functions_url}/confirm-payment`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bob.token}`, 'content-type': 'application/json' },
      body,
    });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
  });
});
