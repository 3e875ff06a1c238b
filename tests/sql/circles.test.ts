import { setTimeout as delay } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { afterAll, describe, expect, inject, test } from 'vitest';

// Who waits for whom: played step by step, with the order that keeps people out of each other's way and without it. What the history
// (bench/prove/history.ts) found by chance is told here on purpose.

const [template] = inject('sqlDatabases');
const admin = postgres(template!, { max: 1, onnotice: () => {} });
const superuser = postgres(inject('dataDatabase').superuserUrl, { max: 1, onnotice: () => {} });

afterAll(() => Promise.all([admin.end(), superuser.end()]));

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

interface Story {
  /** What happens at the same moment. */
  story: string;
  /** What it needs: the last of them is held by somebody who lets go when the others wait. */
  made: string[];
  held: string;
  /** In the order in which they come. */
  steps: { as?: string; query: string }[];
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
/** Where somebody rests in the middle of what he does, until the holder lets go. */
const rest = 'select pg_advisory_xact_lock(1)';
/** One transaction that comes to two courses, the later one first. */
const twoCourses = (change: (course: string) => string) =>
  [change('Two'), rest, change('One')].map((query) => `${query};`).join(' ');
const named = (title: string) => `(select c.id from public.courses c where c.title = '${title}')`;
/** Two courses on sale, of which the one that was made first has the lesser id. */
const onSale = [
  `select tests.create_course('ada', title) from unnest(array['One', 'Two']) title`,
  `create table tests.two as select id, row_number() over (order by id) as place from public.courses`,
  `update public.courses c set title = (array['One', 'Two'])[t.place] from tests.two t where t.id = c.id`,
];
const makesDearer = (course: string) =>
  `update public.courses set price_cents = price_cents + 100 where id = ${named(course)}`;
const movesTo = (course: string, category: string) =>
  `update public.courses set category_id = (select k.id from public.categories k where k.slug = '${category}') where id = ${named(course)}`;
const renames = (course: string, title: string) =>
  `update public.courses set title = '${title}' where id = ${named(course)}`;
const bobsName = `select from public.profiles p where p.id = tests.user_id('bob') for no key update`;

const circles: Story[] = [
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
  {
    story: 'an author changes the name while two votes are taken back',
    made: twoReviews,
    held: `select from private.review_cards k where k.review_id = ${reviewOf('Two', 'bob')} for no key update`,
    steps: [
      { as: 'eve', query: `delete from public.review_votes where user_id = tests.user_id('eve')` },
      {
        as: 'bob',
        query: `update public.profiles set first_name = 'Bobby' where id = tests.user_id('bob')`,
      },
    ],
    without: [
      changed('private.write_cards_of_author', 'order by k.review_id for no key update', 'and false'),
    ],
  },
  {
    story: 'an application is approved while who wrote it leaves',
    made: [
      `insert into public.instructor_requests (user_id, motivation) values (tests.user_id('bob'), 'I can teach.')`,
    ],
    held: `select from public.carts k where k.user_id = tests.user_id('bob') for no key update`,
    steps: [
      { as: 'bob', query: `select public.delete_my_account(tests.email_of('bob'))` },
      { as: 'ruth', query: `select public.approve_instructor(tests.user_id('bob'))` },
    ],
    without: [
      changed(
        'private.approve_instructor',
        'where p.id = approve_instructor.user_id for no key update',
        'where false',
      ),
    ],
  },
  {
    story: 'a course is handed to somebody who is asked to help',
    made: [
      `select tests.make_instructor('kim'), tests.create_course('ada', 'One')`,
      `create function tests.rest() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); return new; end $$`,
      `create trigger rest before insert on public.course_instructors for each row when (new.role = 'owner') execute function tests.rest()`,
    ],
    held: rest,
    steps: [
      { as: 'ruth', query: `select public.transfer_course(${named('One')}, tests.user_id('kim'))` },
      {
        as: 'ada',
        query: `insert into public.course_instructors (course_id, user_id, role) values (${named('One')}, tests.user_id('kim'), 'co_instructor')`,
      },
    ],
    ends: ['', 'duplicate key value violates unique constraint "course_instructors_pkey"'],
    without: [changed('private.transfer_course', 'perform private.hold_curriculum', 'perform')],
  },
  {
    story: 'an account is closed while a colleague changes its courses',
    made: [
      ...onSale,
      `select tests.make_instructor('kim')`,
      `insert into public.course_instructors (course_id, user_id, role) select c.id, tests.user_id('kim'), 'co_instructor' from public.courses c`,
    ],
    held: rest,
    steps: [
      {
        as: 'kim',
        query: twoCourses(
          (course) => `update public.courses set description = 'Words by Kim.' where id = ${named(course)}`,
        ),
      },
      { as: 'ruth', query: `select public.deactivate_user(tests.user_id('ada'))` },
    ],
    without: [changed('private.close_account', 'perform private.hold_curricula', 'perform')],
  },
  {
    story: 'the catalogue is refreshed while two prices change',
    made: [...onSale, `update private.catalogue_entries set student_count = 5 where true`],
    held: rest,
    steps: [{ as: 'ada', query: twoCourses(makesDearer) }, { query: 'select private.refresh_catalogue()' }],
    without: [changed('private.refresh_catalogue', 'skip locked', '')],
  },
  {
    story: 'old sales end while two prices change',
    made: [...onSale, `update public.courses set original_price_cents = 99900 where true`],
    held: rest,
    steps: [{ as: 'ada', query: twoCourses(makesDearer) }, { query: 'select private.end_old_sales()' }],
    without: [changed('private.end_old_sales', 'skip locked', '')],
  },
  {
    story: 'badges are renewed while lessons of two courses become longer',
    made: [...onSale, `update public.course_stats set bestseller_until = now() where true`],
    held: rest,
    steps: [
      {
        as: 'ada',
        query: twoCourses(
          (course) =>
            `update public.lessons set duration_seconds = duration_seconds + 60 where course_id = ${named(course)}`,
        ),
      },
      { query: 'select private.refresh_bestsellers()' },
    ],
    without: [changed('private.refresh_bestsellers', 'skip locked', '')],
  },
  {
    story: 'a category gets a new name while two of its courses change',
    made: onSale,
    held: rest,
    steps: [
      { as: 'ada', query: twoCourses(makesDearer) },
      { as: 'ruth', query: `update public.categories set name = 'Shelf' where true` },
    ],
    without: [
      changed('private.relist_courses', 'limit at_once', 'order by e.course_id'),
      changed('private.relist_courses', 'skip locked', ''),
    ],
  },
  {
    story: 'two people move two courses each between the same categories',
    made: [
      ...onSale,
      `select tests.create_course('joe', title) from unnest(array['Three', 'Four']) title`,
      `update public.courses set category_id = null where true`,
      `insert into public.categories (name, slug) values ('Crafts', 'crafts'), ('Drinks', 'drinks')`,
    ],
    held: rest,
    steps: [
      {
        as: 'ada',
        query: `${movesTo('One', 'crafts')}; ${rest}; ${movesTo('Two', 'drinks')}`,
      },
      { as: 'joe', query: `${movesTo('Three', 'drinks')}; ${movesTo('Four', 'crafts')}` },
    ],
    without: [changed('private.add_courses', 'skip locked', '')],
  },
  {
    story: 'two courses move while their new categories get other names',
    made: [
      ...onSale,
      `insert into public.categories (name, slug) values ('Crafts', 'crafts'), ('Drinks', 'drinks')`,
    ],
    held: rest,
    steps: [
      {
        as: 'ada',
        query: `${movesTo('One', 'crafts')}; ${rest}; ${movesTo('Two', 'drinks')}`,
      },
      {
        as: 'ruth',
        query: `update public.categories set name = 'Tea' where slug = 'drinks'; update public.categories set name = 'Wood' where slug = 'crafts'`,
      },
    ],
    without: ['drop trigger keep_categories on public.courses'],
  },
  {
    story: 'two people bring the same new words into the search',
    made: [...onSale, `select tests.create_course('joe', title) from unnest(array['Three', 'Four']) title`],
    held: rest,
    steps: [
      { as: 'ada', query: `${renames('One', 'Basketry')}; ${rest}; ${renames('Two', 'Pottery')}` },
      { as: 'joe', query: `${renames('Three', 'Pottery')}; ${renames('Four', 'Basketry')}` },
    ],
    without: [
      changed(
        'private.index_courses',
        `pg_try_advisory_xact_lock(hashtextextended(''search words'', 0))`,
        'true',
      ),
    ],
  },
  {
    story: 'somebody who wants no more mail leaves',
    made: [
      `insert into private.outbox (template, user_id, payload, dedupe_key, preference) values ('price_fall', tests.user_id('bob'), '{}', 'one', 'price_falls')`,
      `insert into private.unsubscribe_keys (user_id) values (tests.user_id('bob')) on conflict do nothing`,
    ],
    held: 'select from private.unsubscribe_keys for no key update',
    steps: [
      { as: 'bob', query: `select public.delete_my_account(tests.email_of('bob'))` },
      {
        query: `select public.unsubscribe(replace(k.id::text, '-', '') || private.unsubscribe_signature(k.secret, 'price_falls')) from private.unsubscribe_keys k`,
      },
    ],
    without: [changed('public.unsubscribe', 'perform private.hold_person(key.user_id);', '')],
  },
  {
    story: 'a buyer changes from one code to another while staff switches both off',
    made: [
      // The first row in the table has the greater id.
      `insert into public.coupons (id, code, percent_off)
       values ('00000000-0000-4000-8000-000000000002', 'SECOND', 20), ('00000000-0000-4000-8000-000000000001', 'FIRST', 10)`,
      `select tests.check_out('bob', array[tests.create_course('ada', 'One')])`,
      `do $$ begin perform tests.act_as('bob'); perform public.apply_coupon(o.id, 'FIRST') from public.orders o; end $$`,
    ],
    held: `select from public.coupons k where k.code = 'FIRST' for no key update`,
    steps: [
      {
        as: 'bob',
        query: `select public.apply_coupon(o.id, 'SECOND') from public.orders o where o.state = 'pending'`,
      },
      { as: 'ruth', query: `update public.coupons set is_active = false where code in ('FIRST', 'SECOND')` },
    ],
    without: ['drop trigger hold_own_coupons on public.coupons'],
  },
];

const twoPeople = [
  `select tests.make_instructor('kim'), tests.create_course('ada', 'One')`,
  `create function tests.asks_kim() returns void language sql as $$
     insert into public.course_instructors (course_id, user_id, role) select c.id, tests.user_id('kim'), 'co_instructor' from public.courses c $$`,
];
const enrolsKim = `select tests.grant_access('kim', ${named('One')})`;

/** Where two who do not wait for each other do not see each other either. */
const miscounts: Story[] = [
  {
    story: 'a student is asked to teach the course while he enrols',
    made: twoPeople,
    held: enrolsKim,
    steps: [{ query: 'select tests.asks_kim()' }],
    without: [changed('private.count_author_as_student', 'for no key update', '')],
  },
  {
    story: 'a student enrols while he is asked to teach the course',
    made: twoPeople,
    held: 'select tests.asks_kim()',
    steps: [{ query: enrolsKim }],
    without: [changed('private.count_author_as_student', 'for no key update', '')],
  },
];

let number = 0;

/** The outcomes of the steps, in a database of their own, and the invariants that are broken afterwards. */
async function play({ made, held, steps }: Story, without: string[]): Promise<string[]> {
  const name = `circle_${(number += 1)}`;
  const url = new URL(template!);
  url.pathname = `/${name}`;
  await admin.unsafe(`create database ${name} template template_of_tests`);
  // Sooner than after a second: a circle that is there is found by the first look.
  await superuser.unsafe(`alter database ${name} set deadlock_timeout = '50ms'`);
  const owner = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await owner`select tests.sign_up('bob'), tests.sign_up('eve'), tests.make_admin('ruth')`;
    for (const query of [...made, ...without]) await owner.unsafe(query);
    const sessions = [held, ...steps].map(() => new Session(url.href, owner));
    const [holder, ...people] = sessions;
    await holder!.begins(held);
    for (const [at, { as, query }] of steps.entries()) await people[at]!.begins(query, as);
    await holder!.ends();
    const outcomes = await Promise.all(people.map((session) => session.ends()));
    const broken = await owner<{ invariant: string }[]>`select invariant from private.v_invariants`;
    return [...outcomes, ...broken.map(({ invariant }) => invariant)];
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

describe('Counts stay true', () => {
  test.each(miscounts)('when $story', async (story) => {
    expect(await play(story, [])).toEqual(['']);
  });

  test.each(miscounts)('and would not, without waiting, when $story', async (story) => {
    expect(await play(story, story.without)).toEqual(['', 'students_miscounted']);
  });
});
