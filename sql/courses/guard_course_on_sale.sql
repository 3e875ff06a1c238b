-- What publish_course asked for stays while the course is on sale: a page without words, a course without lessons and a
-- price that no card takes are not sold. People only: jobs and migrations know what they do.
create function private.guard_course_on_sale()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  -- Only what was changed: whoever mends one thing need not mend all.
  changed text[] := array_remove(
    array[
      case when new.short_description is distinct from old.short_description then 'short_description' end,
      case when new.description is distinct from old.description then 'description' end,
      case when new.category_id is distinct from old.category_id then 'category_id' end,
      case when new.thumbnail_path is distinct from old.thumbnail_path then 'thumbnail_path' end
    ],
    null
  );
  issues jsonb;
begin
  if (select auth.uid()) is null then
    return null;
  end if;

  select jsonb_agg(i.issue) into issues
  from jsonb_array_elements(private.course_publish_issues(new.id)) i(issue)
  where i.issue ->> 'field' = any (changed);
  if issues is not null then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'A course on sale needs this: take it off sale first.', jsonb_build_object('issues', issues)
    );
  end if;
  return null;
end
$$;

comment on function private.guard_course_on_sale is
  'Trigger on courses: COURSE_NOT_PUBLISHABLE 422 when words, category or picture of a course on sale are taken away.';

revoke execute on function private.guard_course_on_sale from public, anon, authenticated, service_role;

create trigger guard_course_on_sale
after update of short_description, description, category_id, thumbnail_path on public.courses
for each row
when
  (
    new.status = 'published'
    and (
      btrim(new.short_description) = ''
      or btrim(new.description) = ''
      or new.category_id is null
      or new.thumbnail_path is null
    )
  )
execute function private.guard_course_on_sale();

-- New lessons may stand empty for a while; what must not be is a course on sale that teaches nothing at all.
create function private.guard_last_lesson()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  emptied uuid;
begin
  if (select auth.uid()) is null then
    return null;
  end if;

  -- A course that is deleted itself is not there any more.
  select c.id into emptied
  from public.courses c
  where c.id in (select g.course_id from gone g) and c.is_published
    and not exists (
      select from public.lesson_contents v
      where v.course_id = c.id
        and num_nonnulls(v.video_path, v.video_url, nullif(v.body, ''), nullif(v.resources, '[]')) > 0
    )
  limit 1;
  if emptied is not null then
    perform private.fail(
      'COURSE_NOT_PUBLISHABLE', 422, 'A course on sale teaches something: take it off sale first.',
      jsonb_build_object(
        'issues', jsonb_build_array(
          jsonb_build_object('issue', 'LESSONS_MISSING', 'field', 'curriculum', 'message', 'Keep at least one lesson that teaches something.')
        )
      )
    );
  end if;
  return null;
end
$$;

comment on function private.guard_last_lesson is
  'Trigger on lessons and lesson_contents: COURSE_NOT_PUBLISHABLE 422 when a course on sale would teach nothing any more.';

revoke execute on function private.guard_last_lesson from public, anon, authenticated, service_role;

-- Named to fire after count_deleted_lessons, which makes two who delete at once wait for each other.
create trigger guard_last_lesson
after delete on public.lessons
referencing old table as gone
for each statement
execute function private.guard_last_lesson();

create trigger guard_last_deleted_lesson
after delete on public.lesson_contents
referencing old table as gone
for each statement
execute function private.guard_last_lesson();

create trigger guard_last_emptied_lesson
after update on public.lesson_contents
referencing old table as gone
for each statement
execute function private.guard_last_lesson();
