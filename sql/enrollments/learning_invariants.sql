-- One row: access, progress or a sum of somebody's learning that does not agree with the facts.
create view private.learning_invariants
with (security_invoker = true)
as
  select 'access_without_live_grant' as invariant, e.id::text as subject
  from public.enrollments as e
  where
    e.status = 'active'
    -- The job ends a place a moment after its time; nobody studies in it meanwhile.
    and (e.access_ends_at is null or e.access_ends_at > now())
    and not exists (
      select
      from private.access_grants as g
      where
        g.enrollment_id = e.id
        and g.revoked_at is null
        and g.suspended_at is null
        and (g.expires_at is null or g.expires_at > now())
    )
  union all
  select 'live_grant_without_access', g.id::text
  from
    private.access_grants as g
    join public.enrollments as e on e.id = g.enrollment_id
  where
    g.revoked_at is null
    and g.suspended_at is null
    and (g.expires_at is null or g.expires_at > now())
    and (e.status != 'active' or e.access_ends_at < coalesce(g.expires_at, 'infinity'))
  union all
  select 'lessons_completed_miscounted', e.id::text
  from
    public.enrollments as e
    left join public.lesson_progress as p on p.enrollment_id = e.id and p.is_completed
  group by e.id
  having count(p.lesson_id) != e.lessons_completed
  union all
  select 'progress_of_somebody_else', p.enrollment_id || ' ' || p.lesson_id
  from
    public.lesson_progress as p
    join public.enrollments as e on e.id = p.enrollment_id
  where (p.user_id, p.course_id) != (e.user_id, e.course_id)
  union all
  select 'completed_without_certificate', e.id::text
  from public.enrollments as e
  where
    e.completed_at is not null
    and not exists (select from public.certificates as c where c.enrollment_id = e.id)
  union all
  select 'certificate_without_completion', c.id::text
  from
    public.certificates as c
    join public.enrollments as e on e.id = c.enrollment_id
  where e.completed_at is null or (c.user_id, c.course_id) != (e.user_id, e.course_id)
  union all
  select 'learning_of_person_miscounted', s.user_id::text
  from
    public.profile_stats as s
    left join (
      select d.user_id, sum(d.seconds) as seconds
      from public.learning_days as d
      group by d.user_id
    ) as d
      using (user_id)
    -- Whoever was erased left the sums without the diary behind them.
    left join private.erasures as x
      using (user_id)
    left join (
      select
        e.user_id,
        count(*) filter (where e.status = 'active') as enrolled,
        count(*) filter (where e.is_completed) as completed
      from public.enrollments as e
      group by e.user_id
    ) as e
      using (user_id)
    left join (
      select c.user_id, count(*) as earned
      from public.certificates as c
      where c.revoked_at is null
      group by c.user_id
    ) as c
      using (user_id)
    left join (
      select r.user_id, count(*) as given, sum(r.rating) as stars
      from public.reviews as r
      group by r.user_id
    ) as r
      using (user_id)
  where
    (
      s.seconds_learned,
      s.courses_enrolled,
      s.courses_completed,
      s.certificates_earned,
      s.ratings_given,
      s.rating_sum_given
    ) is distinct from (
      case
        when x.user_id is null then coalesce(d.seconds, 0)
        else s.seconds_learned
      end,
      coalesce(e.enrolled, 0),
      coalesce(e.completed, 0),
      coalesce(c.earned, 0),
      coalesce(r.given, 0),
      coalesce(r.stars, 0)
    );

comment on view private.learning_invariants is
  'What must never be so about access and learning, and of which. Part of private.v_invariants.';

revoke all on table private.learning_invariants from public, anon, authenticated, service_role;
