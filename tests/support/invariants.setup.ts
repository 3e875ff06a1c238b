import { afterAll, expect, inject } from 'vitest';
import postgres from 'postgres';
import { madeUpCounters } from './made-up-counters.ts';

/** Whatever a story did, no rule about the whole of the data is broken when it ends. */
afterAll(async () => {
  const sql = postgres(inject('stack').database_url, { max: 1, onnotice: () => {} });
  try {
    // Only while no story shows counters that it has written by hand.
    await sql`select pg_advisory_lock_shared(${madeUpCounters})`;
    const broken = await sql`select invariant, subject from private.v_invariants`;
    expect(broken.map(({ invariant, subject }) => `${invariant} ${subject}`).join('\n')).toBe('');
  } finally {
    await sql.end();
  }
});
