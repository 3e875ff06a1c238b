// node bench/prove/history.ts [--tier 1] [--operations N] [--seed N] [--students N] [--courses N] [--pause MS]: thirty-two sessions
// do what people, teachers, staff, Stripe and the clock do, all at once and at random, and afterwards everything must still be true.
// The fewer students and courses, the more they get in each other's way; and because everybody rests up to three milliseconds now
// and then in the middle of a statement, many are under way at once: with ten and eight, circles of locks show in a minute.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { loadSql } from '../../local/schema/load-sql.ts';
import { withScratch } from '../../local/schema/scratch.ts';
import { figure } from '../figures.ts';
import { chance } from '../fuzz/queries.ts';
import { type Actor, type Operation, operations } from '../history/operations.ts';
import { storyOf } from '../history/story.ts';

const { values } = parseArgs({
  options: {
    tier: { type: 'string' },
    operations: { type: 'string' },
    seed: { type: 'string' },
    students: { type: 'string', default: '30' },
    courses: { type: 'string', default: '16' },
    pause: { type: 'string', default: '3' },
  },
});
const wanted = Number(values.operations ?? (values.tier === '1' ? 10_000 : 50_000));
// As in fuzz.ts: the tests play one seed, the long form another one each time.
const seed = Number(values.seed ?? (values.tier === '1' ? 20261130 : Date.now() % 2 ** 31));
const sessions = 32;
const students = Number(values.students);
/** What no client may ever be told: somebody would have to try again because we did not order our locks. */
const torn = /^(40001|40P01|55P03|57014)$/;
// The contract, a missing privilege, and what a direct write may be refused with.
const refused = /^(PGRST|42501|23\d{3})$/;

async function makeWorld(sql: Sql): Promise<Record<Actor, string[]>> {
  for (const file of ['schema', 'acting', 'people', 'courses'])
    await sql
      .unsafe(await readFile(join(import.meta.dirname, `../../tests/sql/support/${file}.sql`), 'utf8'))
      .simple();
  await sql.unsafe(await readFile(join(import.meta.dirname, '../history/world.sql'), 'utf8')).simple();
  const ids = async (query: string) => (await sql.unsafe<{ id: string }[]>(query)).map(({ id }) => id);
  const made = {
    student: await ids(`select tests.sign_up('student' || n) as id from generate_series(1, ${students}) n`),
    teacher: await ids(`select tests.make_instructor('teacher' || n) as id from generate_series(1, 4) n`),
    admin: await ids(`select tests.make_admin('ruth') as id`),
    service: [],
    clock: [],
  };
  await sql`select tests.create_course('teacher' || (1 + n % 4), 'Course ' || n, (n % 3) * 1500, 2 + n % 4) from generate_series(1, ${values.courses}::int) n`;
  await sql`insert into public.categories (name, slug, description) select 'Shelf ' || n, 'shelf-' || n, 'A shelf.' from generate_series(1, 4) n`;
  await sql`insert into public.coupons (code, percent_off, max_redemptions, created_by) values ('SEATS', 20, 25, null), ('GIFT', 100, 25, null)`;
  // What is sold can be paid out at once, and each teacher can be paid.
  await sql`update private.app_config set value = case name when 'payout_hold_days' then '0' else '1' end where name in ('payout_hold_days', 'payout_minimum')`;
  await sql`
    select public.remember_payout_account(id, jsonb_build_object('id', 'acct_' || id, 'country', 'US', 'details_submitted', true,
      'payouts_enabled', true, 'capabilities', '{"transfers": "active"}'::jsonb, 'requirements', '{}'::jsonb), now())
    from unnest(${made.teacher}::uuid[]) id`;
  await sql.begin(async (inside) => {
    await inside`select set_config('request.jwt.claims', ${JSON.stringify({ sub: made.admin[0] })}, true)`;
    await inside`
      insert into tests.company_secrets (key_id, client_key)
      select (k.made ->> 'id')::uuid, sha256(convert_to(k.made ->> 'key', 'UTF8'))
      from (select public.create_company_key(${made.teacher[0]!}, 'HR', array(select id from public.courses), seats => 1000) as made) k`;
    await inside`update public.lesson_contents set video_path = course_id || '/' || lesson_id || '/film.mp4' where true`;
  });
  return made;
}

/**
 * Two cores run most statements from end to end, so that nobody comes between their first row and their second. Here every
 * writer rests now and then: after it has seen the world and before it locks anything, and again whenever it has locked a row.
 */
async function restInTheMiddle(sql: Sql, milliseconds: number): Promise<void> {
  await sql
    .unsafe(
      `
    create function tests.rest() returns trigger language plpgsql as $$
    begin
      if random() < 0.3 then
        perform pg_sleep(random() * ${milliseconds} / 1000.0);
      end if;
      return coalesce(new, old);
    end
    $$;
    do $$
    declare
      writable regclass;
    begin
      for writable in
        select c.oid from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
      loop
        -- By their names the one is the first trigger of its kind, the other the last.
        execute format('create trigger "0_rest" before insert or update or delete on %s for each statement execute function tests.rest()', writable);
        execute format('create trigger zz_rest before insert or update or delete on %s for each row execute function tests.rest()', writable);
      end loop;
    end
    $$`,
    )
    .simple();
}

/** What the owner makes up for a service: something it knows, or what it calls then. */
interface Known {
  id?: string;
  call?: string;
  args?: string[];
}

/** A session that has just begun: who leaves for good shows that it is really he. */
async function signInAgain(owner: Sql, user_id: string): Promise<object> {
  const [session] = await owner<{ id: string }[]>`
    insert into auth.sessions (id, user_id, created_at, updated_at) values (gen_random_uuid(), ${user_id}, now(), now()) returning id`;
  return { session_id: session!.id, iat: Math.floor(Date.now() / 1000) };
}

let newcomers = 0;
async function replace(owner: Sql, people: string[], gone: string): Promise<void> {
  newcomers += 1;
  const [made] = await owner<{ id: string }[]>`select tests.sign_up(${`newcomer${newcomers}`}) as id`;
  const at = people.indexOf(gone);
  if (at >= 0) people[at] = made!.id;
}

const total = operations.reduce((sum, { weight }) => sum + weight, 0);
const pick = (random: ReturnType<typeof chance>): Operation => {
  let left = random.below(total);
  return operations.find(({ weight }) => (left -= weight) < 0)!;
};

await withScratch(async (scratch) => {
  const url = await scratch.createDatabase('history');
  await loadSql(url);
  const owner = postgres(url, { max: 1, onnotice: () => {} });
  const people = await makeWorld(owner);
  if (Number(values.pause) > 0) await restInTheMiddle(owner, Number(values.pause));
  console.log(`  seed ${seed}, ${sessions} sessions, ${wanted} operations of ${operations.length} kinds`);

  const answers = new Map<string, number>();
  const done = new Map<string, number>();
  const reasons = new Map<string, Set<string>>();
  const surprises = new Set<string>();
  let tried = 0;
  let doneInAll = 0;
  let tears = 0;
  const since = Date.now();
  const session = async (number: number): Promise<void> => {
    const random = chance(seed + number * 7919);
    const sql = postgres(url, {
      max: 1,
      onnotice: () => {},
      connection: { statement_timeout: 8_000, lock_timeout: 4_000 },
    });
    // Some kinds have to wait for their occasion: a refused transfer for a payout that waits.
    while ((doneInAll < wanted || done.size < operations.length) && tried < 4 * wanted) {
      const { name, by, steps, leaves } = pick(random);
      // There is one clock.
      if (by === 'clock' && number > 0) continue;
      tried += 1;
      const role = {
        student: 'authenticated',
        teacher: 'authenticated',
        admin: 'authenticated',
        service: 'service_role',
        clock: 'postgres',
      }[by];
      const who = people[by].length > 0 ? random.one(people[by]) : undefined;
      const session = leaves && who ? await signInAgain(owner, who) : undefined;
      const claims = JSON.stringify({ role, ...(who && { sub: who }), ...session });
      let given: string | null = null;
      let isIdle = false;
      try {
        for (const step of steps) {
          const args: (string | null)[] = step.includes('$1') ? [given] : [];
          if (by === 'service') {
            // An edge function may read no table: what it knows from Stripe is made up by the owner, and what it does
            // with it is its own call, in a transaction of its own.
            const [known]: Known[] = await sql.unsafe<Known[]>(step, args);
            isIdle = known === undefined;
            if (!known) break;
            given = known.id ?? given;
            const { call, args: told } = known;
            if (call === undefined) continue;
            let place = 0;
            const text = `select public.${call.replaceAll('?', () => `$${(place += 1)}::text`)} as id`;
            const [answer] = await sql.begin(async (transaction) => {
              await transaction`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`;
              return transaction.unsafe<{ id: unknown }[]>(text, told);
            });
            if (typeof answer?.id === 'string') given = answer.id;
            continue;
          }
          const rows = await sql.begin(async (transaction) => {
            await transaction`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${claims}, true)`;
            return transaction.unsafe<{ id?: string }[]>(step, args);
          });
          given = rows[0]?.id ?? given;
        }
        if (isIdle) {
          answers.set('nothing to do', (answers.get('nothing to do') ?? 0) + 1);
          continue;
        }
        if (leaves && who) await replace(owner, people[by], who);
        done.set(name, (done.get(name) ?? 0) + 1);
        doneInAll += 1;
        answers.set('done', (answers.get('done') ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof postgres.PostgresError)) throw error;
        answers.set(error.code, (answers.get(error.code) ?? 0) + 1);
        const code =
          error.code === 'PGRST'
            ? String(JSON.parse(error.message).code)
            : `${error.code} ${error.constraint_name ?? ''}`;
        reasons.set(name, (reasons.get(name) ?? new Set()).add(code));
        if (torn.test(error.code)) tears += 1;
        if (!refused.test(error.code)) {
          const what = `${name}: ${error.code} ${error.message}`;
          if (!surprises.has(what))
            console.log(`  ${what}\n    ${error.detail ?? ''}\n    ${error.where ?? ''}`);
          surprises.add(what);
        }
      }
    }
    await sql.end();
  };
  await Promise.all(Array.from({ length: sessions }, (_, number) => session(number)));
  const seconds = (Date.now() - since) / 1000;
  console.log(
    `  ${tried} operations, ${Math.round(tried / seconds)} a second: ${[...answers].map((entry) => entry.join(' ')).join(', ')}`,
  );
  const never = operations.filter(({ name }) => !done.has(name)).map(({ name }) => name);
  for (const name of never)
    console.log(`  never done: ${name}, because of ${[...(reasons.get(name) ?? [])].join(', ')}`);
  // Whoever writes a function that changes something also says here how people use it.
  const changing = await owner<{ name: string }[]>`
    select p.proname as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.provolatile = 'v' and p.prokind = 'f'
      and exists (select from unnest('{anon,authenticated,service_role}'::text[]) r where has_function_privilege(r, p.oid, 'execute'))`;
  const played = operations.flatMap(({ steps }) => steps).join('\n');
  const unplayed = changing.filter(({ name }) => !new RegExp(`\\b${name}\\(`).test(played));
  for (const { name } of unplayed) console.log(`  nobody calls ${name}`);
  if (tears > 0)
    for (const [circle] of (await readFile(scratch.logFile, 'utf8')).matchAll(
      /deadlock detected\n.*DETAIL: [^]*?(?=.*HINT: )/g,
    ))
      console.log(
        `  ${circle
          .replaceAll(/\s+/g, ' ')
          .replaceAll(/ (Process \d+: )/g, '\n    $1')
          .slice(0, 1500)}`,
      );
  const clashes = [...reasons].flatMap(([name, codes]) =>
    [...codes].filter((code) => code.startsWith('23')).map((code) => `${name} ${code}`),
  );
  if (clashes.length > 0) console.log(`  refused by constraints: ${clashes.join(', ')}`);

  await owner`select set_config('role', 'postgres', false)`;
  const broken = await owner<{ invariant: string; subject: string }[]>`
    select invariant, subject from private.v_invariants
    union all
    select 'bought_twice', o.user_id || ' ' || i.course_id
    from public.orders o join public.order_items i on i.order_id = o.id
    join private.access_grants g on g.order_item_id = i.id and g.revoked_at is null
    where i.access = 'granted'
      -- Who buys again what rests, and then wins the dispute, has it by both orders.
      and not exists (select from public.payments p join private.disputes d on d.payment_id = p.id where p.order_id = o.id)
    group by o.user_id, i.course_id having count(*) > 1`;
  for (const [at, { invariant, subject }] of broken.slice(0, 20).entries()) {
    console.log(`  broken: ${invariant} ${subject}`);
    // The order of events does not come back with the seed: what led here is told now or never.
    if (at < 3)
      for (const told of await storyOf(owner, subject))
        console.log(`    ${told.at.toISOString()} ${told.what} ${told.fact}`);
  }
  const [known] = await owner<{ n: number }[]>`
    select count(*)::int as n from pg_views v, regexp_matches(v.definition, 'SELECT ''[a-z_0-9]+''', 'g')
    where v.schemaname = 'private' and v.viewname like '%\\_invariants'`;
  await owner.end();
  figure('history.operations_done', doneInAll, values.tier === '1' ? 10_000 : 50_000, 'least');
  figure('history.sessions', sessions, 32, 'least');
  figure('history.functions_that_nobody_calls', unplayed.length, 0);
  figure('history.kinds_never_done', never.length, 0);
  figure('history.invariants', known!.n, 12, 'least');
  figure('history.invariants_broken', broken.length, 0);
  figure('history.deadlocks_and_timeouts', tears, 0);
  figure('history.failures_outside_the_contract', surprises.size, 0);
  figure('counters.operations', doneInAll, 10_000, 'least');
  figure('counters.drifted', broken.filter(({ invariant }) => invariant.endsWith('miscounted')).length, 0);
});
process.exit();
