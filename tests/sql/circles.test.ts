import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { afterAll, describe, expect, inject, test } from 'vitest';

// Who waits for whom: played step by step, with the order that keeps people out of each other's way and without it. What the history
// (bench/prove/history.ts) found by chance is told here on purpose.

const [template] = inject('sqlDatabases');
const admin = postgres(template!, { max: 1, onnotice: () => {} });

afterAll(() => admin.end());

/** Somebody with a transaction that stays open. */
class Session {
  private outcome: Promise<string> = Promise.resolve('');
  private readonly sql: Sql;
  private readonly watch: Sql;

  constructor(url: string, watch: Sql) {
    this.sql = postgres(url, { max: 1, onnotice: () => {} });
    this.watch = watch;
  }

  /** Begins a statement and goes on when it is done, or waits for somebody. */
  async begins(query: string, as?: string): Promise<void> {
    await this.sql`begin`;
    if (as !== undefined) await this.sql`select tests.act_as(${as})`;
    const [backend] = await this.sql`select pg_backend_pid() as pid`;
    const progress = { hasEnded: false };
    this.outcome = this.sql
      .unsafe(query)
      .then(
        () => '',
        (error: { code?: string; message: string }) =>
          error.code === 'PGRST' ? (JSON.parse(error.message) as { code: string }).code : error.message,
      )
      .finally(() => (progress.hasEnded = true));
    const isBlocked = async () => {
      const [row] = await this.watch`select cardinality(pg_blocking_pids(${backend!['pid']})) > 0 as yes`;
      return row!['yes'] as boolean;
    };
    while (!progress.hasEnded && !(await isBlocked())) await delay(5);
  }

  /** Commits when the statement is done; says how it failed, if it did. */
  async ends(): Promise<string> {
    const outcome = await this.outcome;
    await this.sql`commit`;
    await this.sql.end();
    return outcome;
  }
}

interface Circle {
  /** What happens at the same moment. */
  story: string;
  /** What it needs: the last of them is held by somebody who lets go when the others wait. */
  made: string[];
  held: string;
  /** In the order in which they come. */
  steps: { as: string; query: string }[];
  /** How they end, by code: well, if it is not said. */
  ends?: string[];
  /** The safeguard, and how it is taken away. */
  without: string[];
}

const reviewOf = (course: string, by: string) =>
  `(select r.id from public.reviews r join public.courses c on c.id = r.course_id where c.title = '${course}' and r.user_id = tests.user_id('${by}'))`;
const twoReviews = [
  `select tests.grant_access('bob', tests.create_course('ada', title)) from unnest(array['One', 'Two']) title`,
  // The first row in the table has the greater id.
  `insert into public.reviews (id, course_id, user_id, rating)
   select ('00000000-0000-4000-8000-00000000000' || case c.title when 'One' then 2 else 1 end)::uuid, c.id, tests.user_id('bob'), 4
   from public.courses c order by c.title`,
  `insert into public.review_votes (review_id, user_id) select r.id, tests.user_id('eve') from public.reviews r`,
];
/** A function with other words in one place. */
const changed = (name: string, words: string, others: string) => `
  do $do$ begin execute replace(pg_get_functiondef('${name}'::regproc), '${words}', '${others}'); end $do$`;
const bobsName = `select from public.profiles p where p.id = tests.user_id('bob') for no key update`;

const circles: Circle[] = [
  {
    story: 'an author deletes a review whose vote is taken back',
    made: twoReviews,
    held: `select from public.reviews r where r.id = ${reviewOf('One', 'bob')} for no key update`,
    steps: [
      { as: 'bob', query: `delete from public.reviews where id = ${reviewOf('One', 'bob')}` },
      { as: 'eve', query: `delete from public.review_votes where review_id = ${reviewOf('One', 'bob')}` },
    ],
    without: ['drop trigger hold_own_reviews on public.reviews'],
  },
  {
    story: 'staff deletes a review whose vote is taken back',
    made: twoReviews,
    held: `select from public.reviews r where r.id = ${reviewOf('One', 'bob')} for no key update`,
    steps: [
      { as: 'ruth', query: `delete from public.reviews where id = ${reviewOf('One', 'bob')}` },
      { as: 'eve', query: `delete from public.review_votes where review_id = ${reviewOf('One', 'bob')}` },
    ],
    without: ['drop trigger hold_own_votes on public.review_votes'],
  },
  {
    story: 'an author changes two reviews whose votes are taken back',
    made: twoReviews,
    held: `select from public.reviews r where r.id = ${reviewOf('Two', 'bob')} for no key update`,
    steps: [
      { as: 'eve', query: `delete from public.review_votes where user_id = tests.user_id('eve')` },
      { as: 'bob', query: `update public.reviews set rating = 5 where user_id = tests.user_id('bob')` },
    ],
    without: ['drop trigger hold_own_reviews on public.reviews'],
  },
  {
    story: 'an author changes the name while staff deletes a review',
    made: twoReviews,
    held: bobsName,
    steps: [
      { as: 'bob', query: `update public.profiles set first_name = 'Bobby' where id = tests.user_id('bob')` },
      { as: 'ruth', query: 'delete from public.reviews' },
    ],
    without: ['drop trigger hold_author on public.reviews'],
  },
  {
    story: 'a certificate is revoked while its student leaves',
    made: [
      `select tests.grant_access('bob', tests.create_course('ada', 'One', lessons => 1))`,
      `begin; select tests.act_as('bob');
       select public.mark_lesson_complete(e.id, l.id, true) from public.enrollments e, public.lessons l; commit`,
    ],
    held: `select from public.profile_stats s where s.user_id = tests.user_id('bob') for no key update`,
    steps: [
      { as: 'bob', query: `select public.delete_my_account(tests.email_of('bob'))` },
      {
        as: 'ruth',
        query: `select public.revoke_certificate(c.id, 'A mistake.') from public.certificates c`,
      },
    ],
    without: [changed('private.revoke_certificate', 'perform private.lock_learner', 'perform')],
  },
  {
    story: 'staff tries an event again while its buyer leaves',
    made: [
      `select tests.begin_payment(tests.check_out('bob', array[tests.create_course('ada', 'One')]), 'pi_bob')`,
      `select tests.stripe_says('payment_intent.succeeded', '{"id": "pi_bob", "object": "payment_intent", "amount": 1, "amount_received": 1, "currency": "usd", "metadata": {}}', 'evt_wrong')`,
    ],
    held: `select from public.orders for no key update`,
    steps: [
      { as: 'bob', query: `select public.delete_my_account(tests.email_of('bob'))` },
      { as: 'ruth', query: `select public.retry_stripe_event('evt_wrong', 'Looked at.')` },
    ],
    // It has been forgotten with its buyer.
    ends: ['', 'EVENT_NOT_RETRYABLE'],
    without: [
      changed(
        'private.lock_person',
        'private.stripe_events e',
        '(select * from private.stripe_events where false) e',
      ),
    ],
  },
  {
    story: 'a course is put into order while a lesson is made longer',
    made: [`select tests.create_course('ada', 'One')`],
    held: `select from public.lessons l where l.position = 3 for no key update`,
    steps: [
      {
        as: 'ada',
        query: `select public.reorder_curriculum(s.course_id, jsonb_build_array(jsonb_build_object('id', s.id, 'lessons',
          (select jsonb_agg(l.id order by l.position desc) from public.lessons l)))) from public.curriculum_sections s`,
      },
      { as: 'ada', query: `update public.lessons set duration_seconds = 900 where position = 1` },
    ],
    without: ['drop trigger hold_curricula on public.lessons'],
  },
];

let number = 0;

/** The outcomes of the steps, in a database of their own. */
async function play({ made, held, steps }: Circle, without: string[]): Promise<string[]> {
  const name = `circle_${(number += 1)}`;
  const url = new URL(template!);
  url.pathname = `/${name}`;
  await admin.unsafe(`create database ${name} template template_of_tests`);
  const owner = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await owner`select tests.sign_up('bob'), tests.sign_up('eve'), tests.make_admin('ruth')`;
    for (const query of [...made, ...without]) await owner.unsafe(query);
    const sessions = [held, ...steps].map(() => new Session(url.href, owner));
    const [holder, ...people] = sessions;
    await holder!.begins(held);
    for (const [at, { as, query }] of steps.entries()) await people[at]!.begins(query, as);
    await holder!.ends();
    return await Promise.all(people.map((session) => session.ends()));
  } finally {
    await owner.end();
    await admin.unsafe(`drop database ${name} with (force)`);
  }
}

describe('Nobody waits in a circle', () => {
  test.each(circles)('when $story', async (circle) => {
    expect(await play(circle, [])).toEqual(circle.ends ?? circle.steps.map(() => ''));
  });

  test.each(circles)('and would, without the order of locks, when $story', async (circle) => {
    expect(await play(circle, circle.without)).toContain('deadlock detected');
  });
});
