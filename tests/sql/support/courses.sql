-- Courses ready to be bought or studied, and access to them, made without the journeys that are under test elsewhere.

-- A course of one section with a preview lesson first, ten minutes a lesson.
create or replace function tests.create_course(
  owner text,
  title text,
  price_cents integer default 1999,
  lessons integer default 3,
  publish boolean default true
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  owner_id constant uuid := tests.make_instructor(create_course.owner);
  claims constant text := current_setting('request.jwt.claims', true);
  slug constant text := trim(both '-' from regexp_replace(lower(create_course.title), '[^a-z0-9]+', '-', 'g'));
  category uuid;
  course uuid;
  section uuid;
begin
  -- For nobody: guards that ask who is acting must let the test prepare.
  perform set_config('request.jwt.claims', '', true);

  insert into public.categories (name, slug, description)
  values ('Testing', 'testing', 'Courses of the tests.')
  on conflict do nothing;
  select categories.id into strict category from public.categories where categories.slug = 'testing';

  insert into public.courses (
    slug, title, short_description, description, category_id, instructor_id, level, price_cents, thumbnail_path
  )
  values (
    slug,
    create_course.title,
    'A course about ' || create_course.title || '.',
    'Everything worth knowing about ' || create_course.title || ', told slowly and with examples.',
    category,
    owner_id,
    'beginner',
    create_course.price_cents,
    owner_id || '/' || slug || '.png'
  )
  returning courses.id into course;

  insert into public.curriculum_sections (course_id, title, position)
  values (course, 'First section', 1)
  returning curriculum_sections.id into section;

  with new_lessons as (
    insert into public.lessons (section_id, course_id, title, duration_seconds, position, is_preview)
    select section, course, 'Lesson ' || number, 600, number, number = 1
    from generate_series(1, create_course.lessons) as number
    returning lessons.id
  )
  insert into public.lesson_contents (lesson_id, course_id, body)
  select new_lessons.id, course, 'What lesson ' || new_lessons.id || ' teaches.'
  from new_lessons;

  if create_course.publish then
    update public.courses set status = 'published', published_at = now() where courses.id = course;
  end if;
  perform set_config('request.jwt.claims', coalesce(claims, ''), true);
  return course;
end
$$;

grant execute on function tests.create_course(text, text, integer, integer, boolean) to public;

-- The lessons of a course in the order of the curriculum: tests.lesson_ids(course)[1] is the preview.
create or replace function tests.lesson_ids(course_id uuid)
returns uuid[]
language sql
stable
security definer
set search_path = ''
as $$
  select array_agg(lessons.id order by curriculum_sections.position, lessons.position)
  from
    public.lessons
    join public.curriculum_sections on curriculum_sections.id = lessons.section_id
  where lessons.course_id = lesson_ids.course_id;
$$;

grant execute on function tests.lesson_ids(uuid) to public;

-- Somebody may study a course, as an administrator's gift. Returns the enrolment.
create or replace function tests.grant_access(name text, course_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
begin
  return private.grant_access(
    user_id => tests.known_or_new(grant_access.name),
    course_id => grant_access.course_id,
    source => 'manual'
  );
end
$$;

grant execute on function tests.grant_access(text, uuid) to public;
