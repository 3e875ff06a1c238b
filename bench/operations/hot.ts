import { callStatement } from '../load/data-api.ts';

/** The same write on one course and spread over all: what a row that everybody wants costs. */
export interface HotWrite {
  name: string;
  statement: string;
  /** Before the first run, by the superuser with triggers at rest. */
  prepare?: string;
  hot: string;
  spread: string;
}

const review = `jsonb_build_object('course_id', e.course_id, 'rating', 1 + e.n % 5, 'title', 'Seen', 'comment', 'I have seen it to the end.')`;

export const hotWrites: readonly HotWrite[] = [
  {
    name: 'review',
    statement: callStatement('submit_review', {
      course_id: 'uuid',
      rating: 'integer',
      title: 'text',
      comment: 'text',
    }),
    hot: `select e.user_id, ${review} as args from bench.enrollment e
      where e.course = 0 and not exists (select from public.reviews r where r.course_id = e.course_id and r.user_id = e.user_id)
      order by bench.draw(e.n, 'says') limit $1::int`,
    spread: `select e.user_id, ${review} as args from bench.enrollment e
      where e.course <> 0 and bench.draw(e.n, 'says') < 0.3
        and not exists (select from public.reviews r where r.course_id = e.course_id and r.user_id = e.user_id)
      order by bench.draw(e.n, 'turn') limit $1::int`,
  },
  {
    name: 'enrollment',
    statement: callStatement('enroll_free', { course_id: 'uuid' }),
    // For a day everything is free: a sale.
    prepare: `update public.courses set price_cents = 0, original_price_cents = null where price_cents > 0`,
    hot: `select p.id as user_id, jsonb_build_object('course_id', bench.id('course', 0)) as args from bench.person p
      where not exists (select from public.enrollments e where e.user_id = p.id and e.course_id = bench.id('course', 0))
        and p.n <> (select c.instructor from bench.course c where c.n = 0)
      order by bench.draw(p.n, 'comes') limit $1::int`,
    spread: `
      select p.id as user_id, jsonb_build_object('course_id', c.id) as args
      from (select distinct bench.pick(i, 'comes', s.users) as person, 1 + bench.pick(i, 'to', s.courses - 1) as course from bench.size s, generate_series(1, $1::int) i) d
      join bench.person p on p.n = d.person join bench.course c on c.n = d.course and c.status = 'published' and c.instructor <> d.person
      where not exists (select from public.enrollments e where e.user_id = p.id and e.course_id = c.id)
      order by bench.draw(d.person * 100000::bigint + d.course, 'turn')`,
  },
];
