import type { ReservedSql, Sql } from 'postgres';
import { expect, test, vi } from 'vitest';
import { createPool } from '../../../local/gateway/pool.ts';

const session = (reserve: () => Promise<unknown>) =>
  ({ reserve, end: async () => {} }) as unknown as Pick<Sql, 'reserve' | 'end'>;
const working = () => session(async () => ({ release: () => {} }) as unknown as ReservedSql);

test('Whoever is refused a session takes none from those who come later', async () => {
  let isFull = true;
  const open = vi.fn(() =>
    session(async () => {
      if (isFull) throw new Error('too many clients');
      return { release: () => {} };
    }),
  );
  const pool = createPool(open, 1, 1000);
  for (let attempt = 0; attempt < 3; attempt += 1) await expect(pool.reserve()).rejects.toThrow('too many');
  isFull = false;
  const reserved = await pool.reserve();
  reserved.release();
  expect(await pool.reserve()).toBeDefined();
  expect(open).toHaveBeenCalledTimes(4);
});

test('Whoever waits gets the place of whoever leaves, in order', async () => {
  const pool = createPool(working, 1, 1000);
  const first = await pool.reserve();
  const order: string[] = [];
  const next = ['Bob', 'Eve'].map(async (name) => {
    const reserved = await pool.reserve();
    order.push(name);
    reserved.release();
  });
  expect(order).toEqual([]);
  first.release();
  await Promise.all(next);
  expect(order).toEqual(['Bob', 'Eve']);
});

test('Whoever waits too long is told, and keeps no place', async () => {
  const pool = createPool(working, 1, 10);
  const first = await pool.reserve();
  await expect(pool.reserve()).rejects.toMatchObject({ code: 'POOL_TIMEOUT' });
  first.release();
  expect(await pool.reserve()).toBeDefined();
});

test('Statements of a session that has lost its connection are refused, and its place is given on', async () => {
  const lost: (() => void)[] = [];
  const unsafe = vi.fn(() => new Promise(() => {}));
  const mute = session(async () => ({ release: () => {}, unsafe }) as unknown as ReservedSql);
  const pool = createPool((onclose) => (lost.push(onclose), mute), 1, 1000);
  const before = await pool.reserve();
  const waiting = before.unsafe('select 1');
  lost[0]!();
  await expect(waiting).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  await expect(before.unsafe('rollback')).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  const next = pool.reserve();
  before.release();
  await next;
  expect(lost).toHaveLength(2);
});
