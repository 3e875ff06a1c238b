-- Who studies what: fame by a power law, four fifths of everybody in the hot course.
create table bench.enrollment as
  select
    x.n,
    bench.id('enrollment', x.n) as id,
    x.person,
    x.course,
    x.user_id,
    x.course_id,
    x.lessons,
    x.price_cents,
    x.enrolled_at,
    -- Of those who study, a fifth has not begun and three twentieths are done.
    case
      when not x.is_active_learner
      or bench.draw(x.n, 'stage') >= 0.8 then 0
      when bench.draw(x.n, 'stage') < 0.15 then x.lessons
      else bench.pick(x.n, 'done', x.lessons)
    end as lessons_completed,
    x.is_active_learner and bench.draw(x.n, 'stage') < 0.8 as has_begun,
    -- Not before it was enrolled in, and not after now.
    x.enrolled_at + (bench.today() - x.enrolled_at) * bench.draw(x.n, 'last activity') as last_activity_at
  from
    (
      select
        row_number() over (
          order by bench.draw(d.person * 100000::bigint + d.course, 'shuffle'), d.person, d.course
        ) as n,
        d.person,
        d.course,
        p.id as user_id,
        p.is_active_learner,
        c.id as course_id,
        c.lessons,
        c.price_cents,
        greatest(p.signed_up_at, c.published_at) + (
          bench.today() - greatest(p.signed_up_at, c.published_at)
        ) * (1 - power(bench.draw(d.person * 100000::bigint + d.course, 'enrolled'), 1.5)) as enrolled_at
      from
        (
          select p.n as person, 0 as course
          from bench.person as p
          where bench.draw(p.n, 'hot') < 0.8
          union
          select
            bench.pick(i, 'student', s.users, 1.25),
            bench.course_of_rank(bench.pick(i, 'course', s.courses - 1, 2.5), s.courses)
          from
            bench.size as s
            cross join generate_series(1, s.enrollments) as i
        ) as d
        join bench.person as p on p.n = d.person
        join bench.course as c on c.n = d.course
      -- Nobody enrols in a draft, or studies what they teach.
      where c.status != 'draft' and c.instructor != d.person
    ) as x;

analyze bench.enrollment;

-- What is bought makes orders of one to three courses; who buys a course pays for it, so free ones are left out.
create table bench.purchase as
  select
    b.n,
    b.person,
    bench.id('order', b.person * 1000::bigint + (b.place - 1) / 3) as order_id,
    bench.id('order item', b.n) as order_item_id,
    ((b.place - 1) % 3 + 1)::smallint as position
  from
    (
      select
        e.n,
        e.person,
        row_number() over (
          partition by e.person
          order by e.n
        ) as place
      from
        bench.enrollment as e
        cross join bench.size as s
      where
        e.price_cents > 0
        and bench.draw(e.n, 'bought') < 1.6 * s.orders / (
          select count(*) from bench.enrollment as a where a.price_cents > 0
        )
    ) as b;

insert into public.enrollments
  (
    id,
    user_id,
    course_id,
    lessons_completed,
    completed_at,
    completed_lesson_count,
    last_lesson_id,
    last_activity_at,
    enrolled_at,
    updated_at
  )
select
  e.id,
  e.user_id,
  e.course_id,
  e.lessons_completed,
  case
    when e.lessons_completed = e.lessons then e.last_activity_at
  end,
  case
    when e.lessons_completed = e.lessons then e.lessons
  end,
  case
    when e.has_begun then l.id
  end,
  case
    when e.has_begun then e.last_activity_at
  end,
  e.enrolled_at,
  greatest(
    e.enrolled_at,
    case
      when e.has_begun then e.last_activity_at
    end
  )
from
  bench.enrollment as e
  join bench.lesson as l on l.course = e.course and l.number = least(e.lessons_completed + 1, e.lessons);

-- Free, bought, or given: the books need no order for a gift.
insert into private.access_grants (id, enrollment_id, source, order_item_id, reason, granted_at)
select
  bench.id('grant', e.n),
  e.id,
  (
    case
      when b.n is not null then 'purchase'
      when e.price_cents = 0 then 'free'
      else 'gift'
    end
  )::public.grant_source,
  b.order_item_id,
  case
    when b.n is null
    and e.price_cents > 0 then 'Made data'
  end,
  e.enrolled_at
from
  bench.enrollment as e
  left join bench.purchase as b on b.n = e.n;

-- What is done, and the lesson that was begun after it.
insert into public.lesson_progress
  (
    enrollment_id,
    lesson_id,
    user_id,
    course_id,
    is_completed,
    completed_at,
    watched,
    position_seconds,
    last_watched_at,
    created_at,
    updated_at
  )
select
  e.id,
  l.id,
  e.user_id,
  e.course_id,
  t.is_done,
  case
    when t.is_done then t.at
  end,
  int4multirange(int4range(0, t.seconds)),
  t.seconds,
  t.at,
  e.enrolled_at,
  t.at
from
  bench.enrollment as e
  join bench.lesson as l on l.course = e.course and l.number <= e.lessons_completed + 1
  cross join lateral (
    select
      l.number <= e.lessons_completed as is_done,
      case
        when l.number <= e.lessons_completed then l.seconds
        else 1 + bench.pick(e.n, 'begun', l.seconds - 1)
      end as seconds,
      e.enrolled_at + (e.last_activity_at - e.enrolled_at) * (l.number / (e.lessons_completed + 1.0)) as at
  ) as t
where e.has_begun;

-- A run of days up to the last one, and some days before it with gaps between them.
create table bench.habit as
  select
    p.id as user_id,
    p.n,
    bench.pick(p.n, 'since the last day', 90, 2) as idle_days,
    1 + bench.pick(p.n, 'run', 14, 3) as run_days,
    bench.pick(p.n, 'scattered days', 16) as scattered_days
  from bench.person as p
  where p.n in (select e.person from bench.enrollment as e where e.has_begun);

insert into public.learning_days (user_id, day, seconds)
select h.user_id, bench.today()::date - d.ago, 60 * (1 + bench.pick(h.n * 256::bigint + d.ago, 'day', 90, 2))
from
  bench.habit as h
  cross join lateral (
    select h.idle_days + i as ago from generate_series(0, h.run_days - 1) as i
    union all
    select h.idle_days + h.run_days + 2 * i
    from generate_series(1, h.scattered_days) as i
  ) as d;

update public.profile_stats as s
set
  streak_days = h.run_days,
  streak_last_on = bench.today()::date - h.idle_days,
  last_activity_at = bench.today() - make_interval(days => h.idle_days)
from bench.habit as h
where s.user_id = h.user_id;

insert into public.certificates
  (
    id,
    enrollment_id,
    user_id,
    course_id,
    code,
    student_name,
    course_title,
    instructor_name,
    duration_seconds,
    completed_at,
    issued_at,
    content_hash,
    file_path
  )
select
  bench.id('certificate', e.n),
  e.id,
  e.user_id,
  e.course_id,
  f.code,
  f.student_name,
  f.course_title,
  f.instructor_name,
  f.duration_seconds,
  e.last_activity_at,
  e.last_activity_at,
  private.certificate_hash(
    f.code,
    f.student_name,
    f.course_title,
    f.instructor_name,
    f.duration_seconds,
    e.last_activity_at
  ),
  e.user_id || '/' || f.code || '.pdf'
from
  bench.enrollment as e
  join bench.person as p on p.n = e.person
  join bench.course as c on c.n = e.course
  join bench.person as i on i.n = c.instructor
  join (select l.course, sum(l.seconds)::integer as seconds from bench.lesson as l group by l.course) as t
    on t.course = e.course
  cross join lateral (
    select
      'LF-' || upper(left(md5('code:' || e.n), 24)) as code,
      p.first_name || ' ' || p.last_name as student_name,
      c.title as course_title,
      i.first_name || ' ' || i.last_name as instructor_name,
      t.seconds as duration_seconds
  ) as f
where e.lessons_completed = e.lessons;

-- Written once, said by many.
create table bench.comment as
  select n, initcap(bench.words(n, 3)) as title, bench.words(n, 10 + bench.pick(n, 'length', 20)) as comment
  from generate_series(0, 4999) as n;

-- Six of ten say what they think, most of them kindly; a few reviews get most of the votes.
create table bench.review as
  select
    e.n,
    bench.id('review', e.n) as id,
    e.person,
    e.course,
    bench.draw(e.n, 'words') < 0.7 as has_words,
    bench.pick(e.n, 'votes', 13, 12) as votes,
    e.enrolled_at + (bench.today() - e.enrolled_at) * bench.draw(e.n, 'reviewed') as written_at
  from bench.enrollment as e
  where bench.draw(e.n, 'reviews') < 0.6;

insert into public.reviews
  (id, course_id, user_id, rating, title, comment, helpful_count, created_at, updated_at)
select
  r.id,
  e.course_id,
  e.user_id,
  (array[5, 4, 3, 2, 1])[1 + bench.pick(r.n, 'stars', 5, 2)],
  case
    when r.has_words then t.title
    else ''
  end,
  case
    when r.has_words then t.comment
    else ''
  end,
  r.votes,
  r.written_at,
  r.written_at
from
  bench.review as r
  join bench.enrollment as e on e.n = r.n
  join bench.comment as t on t.n = bench.pick(r.n, 'comment', 5000);

insert into public.review_votes (review_id, user_id, created_at)
select r.id, p.id, r.written_at
from
  bench.size as s
  cross join bench.review as r
  cross join generate_series(1, r.votes) as i
  join bench.person as p on p.n = (r.person + i * 7919) % s.users;

update public.profiles as p
set is_reviewer = true
where p.id in (select r.user_id from public.reviews as r);
