-- The only door into a course. Called by those who have a reason: a paid order, a free enrolment, an admin.
create function private.grant_access(
  user_id uuid,
  course_id uuid,
  source public.grant_source,
  order_item_id uuid default null,
  granted_by uuid default null,
  reason text default null,
  expires_at timestamptz default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.lock_learner(grant_access.user_id);
  return (
    private.grant_courses(
      grant_access.user_id, array[grant_access.course_id], array[grant_access.source], array[grant_access.order_item_id],
      grant_access.granted_by, grant_access.reason, grant_access.expires_at
    )
  )[1];
end
$$;

comment on function private.grant_access is
  'Gives a student one more reason to study a course and returns the enrolment. order_item_id: the paid line, granted once however often it is told; expires_at: null for ever. Sends the welcome when the student had no access before.';

-- The same for some courses at once, as an order has them: a statement a step, however many lines. Keys are arrays, for
-- which Postgres would plan anew each time. The caller holds private.lock_learner.
create function private.grant_courses(
  user_id uuid,
  course_ids uuid[],
  sources public.grant_source[],
  order_item_ids uuid[],
  granted_by uuid,
  reason text,
  expires_at timestamptz
)
returns uuid[]
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  places uuid[];
  -- Places of somebody who was in the course before, and those of them that are open.
  had_place boolean;
  had_access uuid[] := '{}';
  granted uuid[];
  grants uuid[];
begin
  with added as (
    insert into public.enrollments (user_id, course_id, access_ends_at)
    select grant_courses.user_id, asked.course_id, grant_courses.expires_at
    from unnest(grant_courses.course_ids) asked (course_id)
    on conflict on constraint enrollments_user_id_course_id_key do nothing
    returning id, course_id
  )
  select array_agg(a.id order by asked.n), count(*) < cardinality(grant_courses.course_ids)
  into places, had_place
  from unnest(grant_courses.course_ids) with ordinality asked (course_id, n) join added a on a.course_id = asked.course_id;

  if had_place then
    -- Whoever has access already is not welcomed again.
    had_access := array(
      select e.id
      from public.enrollments e
      where e.user_id = grant_courses.user_id and e.course_id = any (grant_courses.course_ids) and e.id <> all (coalesce(places, '{}'))
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
      for no key update
    );
    places := array(
      select e.id
      from unnest(grant_courses.course_ids) with ordinality asked (course_id, n)
      join public.enrollments e
        on e.user_id = grant_courses.user_id and e.course_id = asked.course_id and e.course_id = any (grant_courses.course_ids)
      order by asked.n
    );
  end if;

  with written as (
    insert into private.access_grants (enrollment_id, source, order_item_id, granted_by, reason, expires_at)
    select asked.place_id, asked.source, asked.order_item_id, grant_courses.granted_by, grant_courses.reason, grant_courses.expires_at
    from unnest(places, grant_courses.sources, grant_courses.order_item_ids) with ordinality asked (place_id, source, order_item_id, n)
    order by asked.n
    on conflict do nothing
    returning id, enrollment_id
  )
  select array_agg(w.enrollment_id), array_agg(w.id) into granted, grants from written w;

  -- Told twice of the same line or click: nothing new. Of another student's line: a mistake that must not stay.
  if coalesce(cardinality(granted), 0) < cardinality(places) and exists (
    select
    from unnest(places, grant_courses.order_item_ids) asked (place_id, order_item_id)
    where asked.place_id <> all (coalesce(granted, '{}')) and not exists (
      select from private.access_grants g
      where g.enrollment_id = asked.place_id
        and (
          g.order_item_id = asked.order_item_id
          or asked.order_item_id is null and g.order_item_id is null and g.source = 'free' and g.revoked_at is null
        )
    )
  ) then
    perform private.fail('CONFLICT', 409, 'This purchase belongs to another enrolment.');
  end if;

  if had_access <> '{}' then
    select array_agg(g.place_id), array_agg(g.grant_id)
    into granted, grants
    from unnest(granted, grants) g (place_id, grant_id)
    where g.place_id <> all (had_access);
  end if;
  if granted is not null then
    if had_place then
      perform private.return_certificates(granted);
    end if;
    perform private.welcome_student(grant_courses.user_id, granted, grants);
  end if;
  return places;
end
$$;

comment on function private.grant_courses is
  'grant_access for the courses of one student, each with its source and line; returns the enrolments in the same order.';

-- What follows when access begins, for the first time or by a new grant.
create function private.welcome_student(user_id uuid, enrollment_ids uuid[], grant_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  begun record;
begin
  select array_agg('Welcome to ' || c.title order by g.n) as titles, array_agg('/learn/' || c.slug order by g.n) as links,
    array_agg('enrollment:' || g.grant_id order by g.n) as news_keys, array_agg(g.grant_id::text order by g.n) as mail_keys,
    array_agg(
      jsonb_build_object('enrollment_id', e.id, 'course_id', c.id, 'course_title', c.title, 'course_slug', c.slug) order by g.n
    ) as payloads
  into begun
  from
    unnest(welcome_student.enrollment_ids, welcome_student.grant_ids) with ordinality g (enrollment_id, grant_id, n)
    join public.enrollments e on e.id = g.enrollment_id
    join public.courses c on c.id = e.course_id;
  perform private.notify_each(
    welcome_student.user_id, 'enrollment', begun.titles, 'You can start learning now.', begun.links, begun.news_keys
  );
  perform private.enqueue_mails('enrollment_confirmation', welcome_student.user_id, begun.payloads, begun.mail_keys);
end
$$;

comment on function private.welcome_student is 'Notifies, and owes the mails "Welcome to {title}".';

-- What a refund took is given back; what an admin took is not.
create function private.return_certificates(enrollment_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  update public.certificates c
  set revoked_at = null, revoke_reason = null
  where c.enrollment_id = any (return_certificates.enrollment_ids) and c.revoked_at is not null and c.revoked_by is null;
end
$$;

comment on function private.return_certificates is
  'Lets certificates that were lost with access count again.';

revoke execute
on function private.grant_access, private.grant_courses, private.welcome_student, private.return_certificates
from public, anon, authenticated, service_role;
