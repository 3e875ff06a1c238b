-- Counts that somebody looked at a course, once a person and day. Definer: nobody writes figures directly.
create function private.record_course_view(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  is_first boolean;
begin
  if not exists (select from public.courses c where c.id = record_course_view.course_id and c.is_published) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;

  is_first := not private.is_course_author(record_course_view.course_id)
    and private.rate_limit_hit(
      'course_view', record_course_view.course_id || ' ' || private.caller_key(), 1, interval '1 day'
    );
  if is_first then
    insert into public.course_daily_stats as d (course_id, day, views)
    values (record_course_view.course_id, (now() at time zone 'UTC')::date, 1)
    on conflict on constraint course_daily_stats_pkey do update set views = d.views + 1;
  end if;
  return jsonb_build_object('counted', is_first);
end
$$;

comment on function private.record_course_view is 'The door behind public.record_course_view.';

revoke execute on function private.record_course_view from public, anon, authenticated, service_role;

grant execute on function private.record_course_view to anon, authenticated;

create function public.record_course_view(course_id uuid)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.record_course_view(course_id);

comment on function public.record_course_view is
  'Tells that the page of a published course was opened. Counts a person, or a visitor''s address, once a day, and no authors. Returns {counted}. Errors: COURSE_NOT_FOUND 404.';

revoke execute on function public.record_course_view from public, anon, authenticated, service_role;

grant execute on function public.record_course_view to anon, authenticated;
