import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { loadData } from '../../../bench/data/load.ts';

// The rows of the bench, few of them: what is measured on them must be true of a real marketplace.

const { superuserUrl } = inject('dataDatabase');
const sql = postgres(superuserUrl, { max: 1, onnotice: () => {} });

// Throws when a law of bench/data/sql/verify.sql is broken.
beforeAll(() => loadData(superuserUrl, 'tiny'), 120_000);
afterAll(() => sql.end());

test('every row refers to rows that are there, though nobody looked while they came in', async () => {
  const keys = await sql<{ constraint: string; query: string }[]>`
    select c.conname as constraint,
      format(
        'select count(*)::int as orphans from %s x where %s and not exists (select from %s y where %s)',
        c.conrelid::regclass,
        (select string_agg(format('x.%I is not null', a.attname), ' and ') from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any (c.conkey)),
        c.confrelid::regclass,
        (
          select string_agg(format('x.%I = y.%I', a.attname, b.attname), ' and ')
          from unnest(c.conkey, c.confkey) k (here, there)
          join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
          join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.there
        )
      ) as query
    from pg_constraint c
    where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)`;
  const broken: string[] = [];
  for (const { constraint, query } of keys) {
    const [found] = await sql.unsafe<{ orphans: number }[]>(query);
    if (found!.orphans > 0) broken.push(`${constraint}: ${found!.orphans}`);
  }
  expect(keys.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

test('no index is missing afterwards', async () => {
  const [lost] =
    await sql`select count(*)::int as lost from bench.dropped_indexes d where to_regclass(d.name) is null`;
  expect(lost).toEqual({ lost: 0 });
});

test('one course has four fifths of everybody, and half of the courses have hardly anybody', async () => {
  const [seen] = await sql<{ hot: number; usual: number }[]>`
    select max(student_count) / (select count(*) from public.profiles)::float8 as hot,
      percentile_disc(0.5) within group (order by student_count) / (select count(*) from public.profiles)::float8 as usual
    from public.course_stats`;
  expect(seen!.hot).toBeGreaterThan(0.75);
  expect(seen!.usual).toBeLessThan(0.05);
});
