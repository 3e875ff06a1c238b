import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { surviveDriverFault } from '../../local/postgres/driver-fault.ts';
import { lastingSql } from '../../local/postgres/lasting.ts';

const url = inject('toolDatabase');
const options = { max: 1, onnotice: () => {} };
const killer = postgres(url, options);
afterAll(() => killer.end());

/** Whoever survives a server looks away from what the driver throws at nobody, and from its own questions that fail. */
function lookAway(): void {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const others = events.map((event) => process.listeners(event as 'uncaughtException'));
  for (const event of events) process.removeAllListeners(event);
  surviveDriverFault();
  onTestFinished(async () => {
    // Those still to come.
    await sleep(100);
    for (const [at, event] of events.entries()) {
      process.removeAllListeners(event);
      for (const listener of others[at]!) process.on(event as 'uncaughtException', listener);
    }
  });
}

test('A statement after the end of its connection is refused, and the next question is answered', async () => {
  lookAway();
  const sql = lastingSql(url, options);
  onTestFinished(() => sql.end({ timeout: 0 }));
  const late = Promise.withResolvers<unknown>();
  const transaction = sql.begin(async (tx) => {
    const [{ pid }] = await tx<[{ pid: number }]>`select pg_backend_pid() as pid`;
    await killer`select pg_terminate_backend(${pid})`;
    await sleep(100);
    late.resolve(tx`select 1`.catch((error: unknown) => error));
  });
  await expect(transaction).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect(await late.promise).toMatchObject({ code: 'CONNECTION_DESTROYED' });
  expect(await sql`select 1 as answer`).toEqual([{ answer: 1 }]);
});

test('What waits for a connection that is killed is refused, and all who ask afterwards are answered', async () => {
  lookAway();
  const sql = lastingSql(url, { ...options, max: 4, connection: { application_name: 'victim' } });
  onTestFinished(() => sql.end({ timeout: 0 }));
  for (let round = 0; round < 5; round += 1) {
    const asked = Array.from({ length: 12 }, (_, at) =>
      // Parameters whose type nobody knows: the driver writes once more when it hears of an error.
      sql`select pg_sleep(5), ${[String(at)]}::text[]`.catch(() => 'refused'),
    );
    await sleep(50);
    await killer`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`;
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['refused']));
    expect(await sql`select 1 as answer`).toEqual([{ answer: 1 }]);
  }
});
