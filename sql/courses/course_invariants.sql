-- One row: a counter or an owner of a course that does not agree with the facts.
create view private.course_invariants
with (security_invoker = true)
as
  select 'lessons_of_course_miscounted' as invariant, s.course_id::text as subject
  from
    public.course_stats as s
    left join (
      select l.course_id, count(*) as lessons, sum(l.duration_seconds) as seconds
      from public.lessons as l
      group by l.course_id
    ) as l
      using (course_id)
    left join (
      select c.course_id, count(*) as sections
      from public.curriculum_sections as c
      group by c.course_id
    ) as c
      using (course_id)
  where
    (s.lesson_count, s.duration_seconds, s.section_count) is distinct from (
      coalesce(l.lessons, 0),
      coalesce(l.seconds, 0),
      coalesce(c.sections, 0)
    )
  union all
  select 'lessons_of_section_miscounted', c.id::text
  from
    public.curriculum_sections as c
    left join public.lessons as l on l.section_id = c.id
  group by c.id
  having
    (c.total_lessons, c.total_duration_minutes) is distinct from (
      count(l.id),
      coalesce(sum(l.duration_minutes), 0)
    )
  union all
  -- What waits to be added up counts as added.
  select 'ratings_miscounted', s.course_id::text
  from
    public.course_stats as s
    left join public.reviews as r on r.course_id = s.course_id and not r.is_hidden
    cross join lateral (
      select
        coalesce(sum(w.counts[1]), 0) as rating_1,
        coalesce(sum(w.counts[2]), 0) as rating_2,
        coalesce(sum(w.counts[3]), 0) as rating_3,
        coalesce(sum(w.counts[4]), 0) as rating_4,
        coalesce(sum(w.counts[5]), 0) as rating_5,
        coalesce(sum(w.counts[6]), 0) as reviews
      from private.rating_count_changes as w
      where w.course_id = s.course_id
    ) as w
  group by s.course_id, w.rating_1, w.rating_2, w.rating_3, w.rating_4, w.rating_5, w.reviews
  having
    (
      s.rating_1 + w.rating_1,
      s.rating_2 + w.rating_2,
      s.rating_3 + w.rating_3,
      s.rating_4 + w.rating_4,
      s.rating_5 + w.rating_5,
      s.review_count + w.reviews
    ) is distinct from (
      count(*) filter (where r.rating = 1),
      count(*) filter (where r.rating = 2),
      count(*) filter (where r.rating = 3),
      count(*) filter (where r.rating = 4),
      count(*) filter (where r.rating = 5),
      count(*) filter (where r.has_words)
    )
  union all
  select 'helpful_votes_miscounted', r.id::text
  from
    public.reviews as r
    left join public.review_votes as v on v.review_id = r.id
  group by r.id
  having count(v.user_id) != r.helpful_count
  union all
  select 'review_card_outdated', r.id::text
  from
    public.reviews as r
    join public.profiles as p on p.id = r.user_id
    left join private.review_cards as k on k.review_id = r.id
  where
    (
      k.course_id,
      k.user_id,
      k.rating,
      k.helpful_count,
      k.created_at,
      k.is_hidden,
      k.author,
      k.card
    ) is distinct from (
      r.course_id,
      r.user_id,
      r.rating,
      r.helpful_count,
      r.created_at,
      r.is_hidden,
      private.review_author(p),
      private.review_card(r)
    )
  union all
  -- What waits to be added up counts as added.
  select 'students_miscounted', s.course_id::text
  from
    public.course_stats as s
    left join (
      select w.course_id, sum(w.change) as waiting
      from private.student_count_changes as w
      group by w.course_id
    ) as w
      using (course_id)
    left join (
      select e.course_id, count(*) as students
      from public.enrollments as e
      where
        e.status = 'active'
        and not exists (
          select
          from public.course_instructors as i
          where i.course_id = e.course_id and i.user_id = e.user_id
        )
      group by e.course_id
    ) as e
      using (course_id)
  where s.student_count + coalesce(w.waiting, 0) != coalesce(e.students, 0)
  union all
  select 'courses_of_category_miscounted', k.id::text
  from
    public.categories as k
    left join public.courses as c on c.category_id = k.id and c.is_published
  group by k.id
  having
    count(c.id) != k.course_count + (
      select coalesce(sum(w.change), 0) from private.course_count_changes as w where w.category_id = k.id
    )
  union all
  select 'course_without_its_owner', c.id::text
  from public.courses as c
  where
    not exists (
      select
      from public.course_instructors as i
      where i.course_id = c.id and i.user_id = c.instructor_id and i.role = 'owner'
    )
  union all
  select 'shares_do_not_make_100', i.course_id::text
  from public.course_instructors as i
  group by i.course_id
  having sum(i.revenue_share_percent) != 100;

comment on view private.course_invariants is
  'What must never be so about courses, and of which. Part of private.v_invariants.';

revoke all on table private.course_invariants from public, anon, authenticated, service_role;
