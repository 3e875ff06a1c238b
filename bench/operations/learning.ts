import { callStatement, rowsAnswer, scalarAnswer, writeAnswer } from '../load/data-api.ts';
import type { Operation } from './operation.ts';

/** Somebody who studies: the more courses, the more often. */
const learners = `select e.user_id, '{}'::jsonb as args from generate_series(1, $1::int) i
  join bench.enrollment e on e.n = 1 + bench.pick(i, 'learner', (select max(n) from bench.enrollment)) and e.has_begun`;

/** The next lesson of places that are not finished; each half of the places has its own use. */
const nextLessons = (half: number, args: string): string => `
  select e.user_id, ${args} as args
  from bench.enrollment e join bench.lesson l on l.course = e.course and l.number = e.lessons_completed + 1
  where e.has_begun and e.lessons_completed < e.lessons and e.n % 2 = ${half}
  order by bench.draw(e.n, 'turn') limit $1::int`;

const claimed = { enrollment_id: 'uuid', lesson_id: 'uuid' };
const watched = {
  lesson_id: 'uuid',
  from_second: 'integer',
  to_second: 'integer',
  position_second: 'integer',
};

// A day and a streak, by hand: what both ways to learn have in common.
const learned = (seconds: string): string => `
  day as (
    insert into public.learning_days as d (user_id, day, seconds) select $1, z.today, ${seconds} from z
    on conflict (user_id, day) do update set seconds = d.seconds + excluded.seconds
  ), sums as (
    update public.profile_stats s
    set seconds_learned = s.seconds_learned + ${seconds},
      streak_days = case when s.streak_last_on >= z.today then s.streak_days when s.streak_last_on = z.today - 1 then s.streak_days + 1 else 1 end,
      streak_last_on = greatest(s.streak_last_on, z.today), last_activity_at = now()
    from z where s.user_id = $1
  )`;

export const learning: readonly Operation[] = [
  {
    name: 'dashboard_stats',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 276, '10S': 281 }, p50Alone: 7.2 },
    statement: callStatement('dashboard_stats', {}),
    floor: scalarAnswer(`
      select jsonb_build_object('courses_enrolled', s.courses_enrolled, 'courses_completed', s.courses_completed,
        'total_hours_learned', round(s.seconds_learned / 3600.0, 2),
        'current_streak_days', case when s.streak_last_on >= (now() at time zone x.timezone)::date - 1 then s.streak_days else 0 end,
        'average_rating_given', round(s.rating_sum_given::numeric / nullif(s.ratings_given, 0), 1),
        'certificates_earned', s.certificates_earned) as pgrst_scalar
      from public.profile_stats s join public.profile_private x on x.user_id = s.user_id where s.user_id = $1 and $2::jsonb is not null`),
    requests: learners,
  },
  {
    name: 'continue_learning',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 191, '10S': 213 }, p50Alone: 12 },
    statement: callStatement('continue_learning', {}),
    floor: scalarAnswer(`
      select jsonb_build_object('results', coalesce(jsonb_agg(jsonb_build_object('enrollment_id', r.id,
        'course', jsonb_build_object('id', c.id, 'title', c.title, 'slug', c.slug, 'thumbnail', c.thumbnail_path, 'instructor', p.first_name || ' ' || p.last_name),
        'progress_percent', r.lessons_completed * 100 / r.lesson_count, 'lessons_completed', r.lessons_completed, 'total_lessons', r.lesson_count,
        'current_lesson', n.lesson, 'last_activity_at', r.last_activity_at) order by r.last_activity_at desc nulls last, r.enrolled_at desc, r.id), '[]')) as pgrst_scalar
      from (
        select e.*, s.lesson_count from public.enrollments e join public.course_stats s on s.course_id = e.course_id
        where e.user_id = $1 and e.status = 'active' and e.lessons_completed < s.lesson_count and $2::jsonb is not null
        order by e.last_activity_at desc nulls last, e.enrolled_at desc, e.id limit 10
      ) r
      join public.courses c on c.id = r.course_id
      join public.profiles p on p.id = c.instructor_id
      cross join lateral (
        select jsonb_build_object('id', o.id, 'title', o.title, 'order', o.position, 'index', o.index, 'section', o.section, 'position_seconds', o.seconds) as lesson
        from (
          select l.id, l.title, l.position, x.title as section, row_number() over (order by x.position, l.position) as index,
            coalesce(g.is_completed, false) as done, coalesce(g.position_seconds, 0) as seconds,
            bool_or(l.id = r.last_lesson_id) over (order by x.position, l.position) as is_after
          from public.curriculum_sections x join public.lessons l on l.section_id = x.id
            left join public.lesson_progress g on g.enrollment_id = r.id and g.lesson_id = l.id
          where x.course_id = r.course_id
        ) o
        where not o.done order by o.is_after desc nulls last, o.index limit 1
      ) n`),
    requests: learners,
  },
  {
    name: 'recommendations',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 184, '10S': 197 }, p50Alone: 8.8 },
    statement: callStatement('recommendations', {}),
    floor: scalarAnswer(`
      with own as materialized (select array_agg(e.course_id) as ids from public.enrollments e where e.user_id = $1 and $2::jsonb is not null),
      best as (
        select a.related_course_id as id, sum(a.score) as score, (array_agg(a.course_id order by a.score desc))[1] as because
        from own, private.course_affinities a join floor.card k on k.id = a.related_course_id
        where a.course_id = any (own.ids) and a.related_course_id <> all (own.ids)
        group by a.related_course_id order by score desc, a.related_course_id limit 12
      ), fill as (
        select k.course_id as id, -k.place::real as score, null::uuid as because
        from own, floor.popular k
        where k.course_id <> all (own.ids) and k.place <= 500 and k.course_id not in (select b.id from best b)
        order by k.place limit greatest(0, 12 - (select count(*) from best))
      )
      select jsonb_build_object('results', coalesce(jsonb_agg(k.card || jsonb_build_object('enrolled', false,
        'in_cart', exists (select from public.cart_items i where i.user_id = $1 and i.course_id = k.id),
        'in_wishlist', exists (select from public.wishlists w where w.user_id = $1 and w.course_id = k.id),
        'reason', jsonb_build_object('kind', 'students_also_took', 'course_id', x.because, 'course_title', (select c.title from public.courses c where c.id = x.because)))
        order by x.score desc, x.id), '[]')) as pgrst_scalar
      from (select * from best union all select * from fill) x join floor.card k on k.id = x.id`),
    requests: learners,
  },
  {
    name: 'lesson_content',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    statement: rowsAnswer(
      `select lesson_id, body, video_path, video_url, resources from public.lesson_contents where lesson_id = ($1::jsonb ->> 'lesson_id')::uuid limit 1`,
    ),
    floor: rowsAnswer(`
      select v.lesson_id, v.body, v.video_path, v.video_url, v.resources from public.lesson_contents v
      where v.lesson_id = ($2::jsonb ->> 'lesson_id')::uuid
        and exists (select from public.enrollments e where e.user_id = $1 and e.course_id = v.course_id and e.status = 'active')`),
    requests: `
      select e.user_id, jsonb_build_object('lesson_id', l.id) as args
      from generate_series(1, $1::int) i
        join bench.enrollment e on e.n = 1 + bench.pick(i, 'reader', (select max(n) from bench.enrollment))
        join bench.lesson l on l.course = e.course and l.number = 1 + bench.pick(i, 'read', e.lessons)`,
  },
  {
    name: 'mark_lesson_complete',
    role: 'authenticated',
    writes: true,
    goal: 0.7,
    statement: callStatement('mark_lesson_complete', claimed),
    floor: writeAnswer(
      `z as materialized (
        select (now() at time zone coalesce((select x.timezone from public.profile_private x where x.user_id = $1), 'UTC'))::date as today,
          ($2::jsonb ->> 'enrollment_id')::uuid as enrollment_id, ($2::jsonb ->> 'lesson_id')::uuid as lesson_id
      ), done as (
        insert into public.lesson_progress as p (enrollment_id, lesson_id, user_id, course_id, is_completed, completed_at)
        select e.id, l.id, $1, e.course_id, true, now() from z
          join public.enrollments e on e.id = z.enrollment_id and e.user_id = $1 and e.status = 'active'
          join public.lessons l on l.id = z.lesson_id and l.course_id = e.course_id
        on conflict (enrollment_id, lesson_id) do update set is_completed = true, completed_at = now(), updated_at = now() where not p.is_completed
        returning enrollment_id
      ), place as (
        update public.enrollments e set lessons_completed = e.lessons_completed + 1, last_lesson_id = z.lesson_id, last_activity_at = now(), updated_at = now()
        from z, done where e.id = done.enrollment_id returning e.*
      ), ${learned('0')}`,
      `select jsonb_build_object('lesson_id', $2::jsonb -> 'lesson_id', 'enrollment_id', e.id, 'is_completed', true,
        'enrollment_progress', e.lessons_completed * 100 / s.lesson_count, 'lessons_completed', e.lessons_completed, 'total_lessons', s.lesson_count,
        'course_completed', e.is_completed, 'certificate_url', null) as pgrst_scalar
      from place e join public.course_stats s on s.course_id = e.course_id`,
    ),
    // The last lesson makes a certificate: that is another operation.
    requests: nextLessons(0, `jsonb_build_object('enrollment_id', e.id, 'lesson_id', l.id)`).replace(
      'e.lessons_completed < e.lessons',
      'e.lessons_completed < e.lessons - 1',
    ),
  },
  {
    name: 'watch_heartbeat',
    role: 'authenticated',
    writes: true,
    goal: 0.7,
    statement: callStatement('record_watch_time', watched),
    floor: writeAnswer(
      `a as materialized (
        select e.id as enrollment_id, e.course_id, e.last_lesson_id, e.last_activity_at, l.id as lesson_id, l.duration_seconds,
          ($2::jsonb ->> 'position_second')::integer as position_second,
          int4multirange(int4range(($2::jsonb ->> 'from_second')::integer, least(($2::jsonb ->> 'to_second')::integer, l.duration_seconds))) as asked
        from public.lessons l join public.enrollments e on e.user_id = $1 and e.course_id = l.course_id and e.status = 'active'
        where l.id = ($2::jsonb ->> 'lesson_id')::uuid
      ), z as materialized (
        select (now() at time zone coalesce((select x.timezone from public.profile_private x where x.user_id = $1), 'UTC'))::date as today,
          (select coalesce(sum(upper(r) - lower(r)), 0)::integer from unnest(
            (select a.asked from a) - coalesce((select p.watched from a join public.lesson_progress p on (p.enrollment_id, p.lesson_id) = (a.enrollment_id, a.lesson_id)), '{}')
          ) r) as gained
      ), seen as (
        insert into public.lesson_progress as p (enrollment_id, lesson_id, user_id, course_id, watched, position_seconds, last_watched_at)
        select a.enrollment_id, a.lesson_id, $1, a.course_id, a.asked, a.position_second, now() from a
        on conflict (enrollment_id, lesson_id) do update
        set watched = p.watched + excluded.watched, position_seconds = excluded.position_seconds, last_watched_at = now(), updated_at = now()
        returning p.lesson_id, p.enrollment_id, p.watch_time_seconds, p.position_seconds
      ), place as (
        update public.enrollments e set last_lesson_id = a.lesson_id, last_activity_at = now(), updated_at = now() from a
        where e.id = a.enrollment_id and (e.last_lesson_id = a.lesson_id and e.last_activity_at > now() - interval '1 minute') is not true
      ), ${learned('(select z.gained from z)')}`,
      `select jsonb_build_object('lesson_id', s.lesson_id, 'enrollment_id', s.enrollment_id, 'watch_time_seconds', s.watch_time_seconds,
        'credited_seconds', z.gained, 'position_seconds', s.position_seconds, 'duration_seconds', a.duration_seconds) as pgrst_scalar
      from seen s, a, z`,
    ),
    requests: nextLessons(
      1,
      `jsonb_build_object('lesson_id', l.id, 'from_second', 0, 'to_second', 30, 'position_second', 30)`,
    ),
  },
];
