-- Who teaches a course, with the shares: for the team only.
create function private.course_team(course_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_course_author(course_team.course_id);
  return (
    select jsonb_build_object(
      'results',
      jsonb_agg(
        jsonb_build_object(
          'user_id', i.user_id, 'first_name', p.first_name, 'last_name', p.last_name, 'role', i.role,
          'revenue_share_percent', i.revenue_share_percent, 'since', i.created_at
        )
        order by i.role, i.created_at, i.user_id
      )
    )
    from public.course_instructors i
    join public.profiles p on p.id = i.user_id
    where i.course_id = course_team.course_id
  );
end
$$;

comment on function private.course_team is 'The door behind public.course_team.';

revoke execute on function private.course_team from public, anon, authenticated, service_role;

grant execute on function private.course_team to authenticated;

create function public.course_team(course_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.course_team(course_id);
end
$$;

comment on function public.course_team is
  'Authors: who teaches the course, the owner first: {results[{user_id, first_name, last_name, role, revenue_share_percent (percent of the instructors'' part), since}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, NOT_COURSE_OWNER 403, COURSE_NOT_FOUND 404.';

revoke execute on function public.course_team from public, anon, authenticated, service_role;

grant execute on function public.course_team to authenticated;
