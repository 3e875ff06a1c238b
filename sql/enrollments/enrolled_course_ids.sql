-- What the caller may study now: the paywall's question. Definer: one policy must not run another.
create function private.enrolled_course_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
rows 10
as $$
begin
  return query
  select e.course_id
  from public.enrollments e join public.profiles p on p.id = e.user_id
  where e.user_id = (select auth.uid()) and p.is_active
    and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
end
$$;

comment on function private.enrolled_course_ids is
  'Courses the caller has live access to; none for a closed account.';

-- The same question about anybody, for the workshop.
create function private.is_enrolled(user_id uuid, course_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return exists (
    select from public.enrollments e
    where e.user_id = is_enrolled.user_id and e.course_id = is_enrolled.course_id
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
  );
end
$$;

comment on function private.is_enrolled is 'true when the person has live access to the course.';

-- Content is open to those who study the course, teach it or keep order. Whoever studies it is asked for first, with one
-- statement and no other function: the paywall asks this of every lesson that somebody reads.
create function private.has_course_access(course_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  perform from public.enrollments e join public.profiles p on p.id = e.user_id
  where e.user_id = caller and e.course_id = has_course_access.course_id and p.is_active
    and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
  return found or private.is_course_author(has_course_access.course_id) or private.is_staff();
end
$$;

comment on function private.has_course_access is 'true when the caller may see the content of the course.';

revoke execute
on function private.enrolled_course_ids, private.is_enrolled, private.has_course_access
from public, anon, authenticated, service_role;

grant execute on function private.enrolled_course_ids, private.has_course_access to authenticated;
