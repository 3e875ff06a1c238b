-- Who teaches what: the helpers of every policy on a course and its parts. Definer: so that one policy never
-- runs another, and none of them can recurse.

create function private.taught_course_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
rows 10
as $$
begin
  return query select i.course_id from public.course_instructors i where i.user_id = (select private.active_uid());
end
$$;

comment on function private.taught_course_ids is
  'Courses the caller owns or teaches with others; none for a closed account.';

create function private.owned_course_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
rows 10
as $$
begin
  return query select c.id from public.courses c where c.instructor_id = (select private.active_uid());
end
$$;

comment on function private.owned_course_ids is 'Courses the caller owns; none for a closed account.';

create function private.is_course_author(course_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
begin
  -- private.active_uid, written out: policies ask this of every row.
  return exists (
    select from public.course_instructors i
    join public.profiles p on p.id = i.user_id
    where i.course_id = is_course_author.course_id and i.user_id = caller and p.is_active
  );
end
$$;

comment on function private.is_course_author is
  'true when the caller owns the course or teaches it with others.';

create function private.is_course_owner(course_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.courses c
    where c.id = is_course_owner.course_id and c.instructor_id = (select private.active_uid())
  );
end
$$;

comment on function private.is_course_owner is 'true when the caller owns the course.';

-- Gates for functions that act on a course. What the caller may not see answers like a random id. They return nothing
-- of use to somebody else: the caller's id, or null for one of our own edge functions.
create function private.require_course_owner(course_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  course record;
begin
  select c.instructor_id, c.is_published into course from public.courses c where c.id = require_course_owner.course_id;

  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if (course.instructor_id = caller or private.is_service() or private.is_admin()) is not true then
    if course.is_published or private.is_course_author(require_course_owner.course_id) then
      perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course may do this.');
    end if;
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return caller;
end
$$;

comment on function private.require_course_owner is
  'The caller''s id when the owner of the course or an admin; otherwise AUTH_REQUIRED, ACCOUNT_DISABLED, NOT_COURSE_OWNER 403 or COURSE_NOT_FOUND 404.';

create function private.require_course_author(course_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.is_course_author(require_course_author.course_id) then
    return private.require_user();
  end if;
  return private.require_course_owner(require_course_author.course_id);
end
$$;

comment on function private.require_course_author is
  'The caller''s id when he teaches the course or is an admin; otherwise the errors of require_course_owner.';

revoke execute
on function private.taught_course_ids,
private.owned_course_ids,
private.is_course_author,
private.is_course_owner,
private.require_course_owner,
private.require_course_author
from public, anon, authenticated, service_role;

grant execute
on function private.taught_course_ids, private.owned_course_ids, private.is_course_author
to authenticated;
