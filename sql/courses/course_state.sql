-- What publish_course and its kin answer.
create function private.course_state(course_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      c.id,
      'slug',
      c.slug,
      'status',
      c.status,
      'is_published',
      c.is_published,
      'published_at',
      c.published_at,
      'archived_at',
      c.archived_at
    )
  from public.courses as c
  where c.id = course_state.course_id;
$$;

comment on function private.course_state is '{id, slug, status, is_published, published_at, archived_at}.';

revoke execute on function private.course_state from public, anon, authenticated, service_role;
