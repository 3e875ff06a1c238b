-- Is this lesson shown before it is bought? For the policy of those who have signed in: as a subquery there it would carry
-- the policies of lessons and courses into every read of content. Definer: one policy must not run another.
create function private.is_open_preview(lesson_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select
    from public.lessons l join public.courses c on c.id = l.course_id
    where l.id = is_open_preview.lesson_id and l.is_preview and c.is_published
  );
end
$$;

comment on function private.is_open_preview is
  'true for a preview of a course on sale, which anybody may know.';

revoke execute on function private.is_open_preview from public, anon, authenticated, service_role;

grant execute on function private.is_open_preview to authenticated;
