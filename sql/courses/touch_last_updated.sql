-- courses.last_updated is the day that buyers see: a new price or a new student does not move it.
create function private.touch_last_updated()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  new.last_updated := now();
  return new;
end
$$;

comment on function private.touch_last_updated is
  'Trigger: sets last_updated when the words of a course change.';

revoke execute on function private.touch_last_updated from public, anon, authenticated, service_role;

create trigger touch_last_updated
before update on public.courses
for each row
when
  (
    (
      old.title,
      old.short_description,
      old.description,
      old.level,
      old.language,
      old.preview_video_url
    ) is distinct from (
      new.title,
      new.short_description,
      new.description,
      new.level,
      new.language,
      new.preview_video_url
    )
  )
execute function private.touch_last_updated();
