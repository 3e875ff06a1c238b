-- Hands a course over. The former owner stays as a co-instructor without a share, and may leave.
create function private.transfer_course(course_id uuid, new_owner uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_course_owner(transfer_course.course_id);
  former uuid;
  title text;
begin
  -- Owners write the list of instructors directly, too.
  perform private.hold_curriculum(transfer_course.course_id);
  -- Whose account is closed at this moment gets no course: close_account takes those off sale that it finds.
  perform from public.profiles p where p.id = transfer_course.new_owner and p.is_instructor and p.is_active for share;
  if not found then
    perform private.fail('NOT_INSTRUCTOR', 403, 'Only an instructor can own a course.');
  end if;

  select c.instructor_id, c.title into former, title from public.courses c where c.id = transfer_course.course_id for no key update;
  if former <> transfer_course.new_owner then
    update public.course_instructors i
    set role = 'co_instructor', revenue_share_percent = 0
    where i.course_id = transfer_course.course_id and i.user_id = former;

    insert into public.course_instructors (course_id, user_id, role, revenue_share_percent)
    values (transfer_course.course_id, transfer_course.new_owner, 'owner', 0)
    on conflict on constraint course_instructors_pkey do update set role = 'owner', revenue_share_percent = 0;

    -- The shares of the others stay; the owner keeps the rest.
    update public.course_instructors i
    set revenue_share_percent = 100 - (
      select coalesce(sum(o.revenue_share_percent), 0)
      from public.course_instructors o
      where o.course_id = transfer_course.course_id and o.role = 'co_instructor'
    )
    where i.course_id = transfer_course.course_id and i.role = 'owner';

    update public.courses c set instructor_id = transfer_course.new_owner where c.id = transfer_course.course_id;

    perform private.notify(
      transfer_course.new_owner, 'course_team', format('%s is yours now', title), 'You set its price, publish it and are paid for it.',
      '/instructor/courses', null
    );
    if caller is distinct from former then
      perform private.notify(
        former, 'course_team', format('%s was handed over', title), 'You still teach it, without a share.', '/instructor/courses', null
      );
    end if;
  end if;
  return jsonb_build_object('id', transfer_course.course_id, 'instructor_id', transfer_course.new_owner);
end
$$;

comment on function private.transfer_course is 'The door behind public.transfer_course.';

revoke execute on function private.transfer_course from public, anon, authenticated, service_role;

grant execute on function private.transfer_course to authenticated, service_role;

create function public.transfer_course(course_id uuid, new_owner uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.transfer_course(course_id, new_owner);
end
$$;

comment on function public.transfer_course is
  'Owner or admin: gives a course to another instructor (new_owner: id of a profile); the former owner stays as co-instructor without a share. The new owner is told, and the former one when an admin did it. Returns {id, instructor_id}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, NOT_INSTRUCTOR 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.transfer_course from public, anon, authenticated, service_role;

grant execute on function public.transfer_course to authenticated, service_role;
