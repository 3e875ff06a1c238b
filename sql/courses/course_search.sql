-- One row: what the search can find of one course. Apart from courses: the vector is big, nobody reads it, and a
-- teacher's new name must not touch the course.
create table private.course_search (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  document tsvector not null
);

comment on table private.course_search is
  'Search vectors of all courses: title A, short description B, category and instructor C, description D.';

create index course_search_document_idx on private.course_search using gin (document) with (fastupdate = off);
alter table private.course_search enable row level security;

-- No policy and no grant: search_courses is the only reader, and finds published courses only.
revoke all on table private.course_search from public, anon, authenticated, service_role;

create function private.index_courses(course_ids uuid[])
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into private.course_search (course_id, document)
  select
    c.id,
    setweight(private.search_vector(c.title), 'A') || setweight(
      private.search_vector(c.short_description),
      'B'
    ) || setweight(
      private.search_vector(concat_ws(' ', k.name, p.first_name, p.last_name)),
      'C'
    ) || setweight(private.search_vector(c.description), 'D')
  from
    public.courses as c
    join public.profiles as p on p.id = c.instructor_id
    left join public.categories as k on k.id = c.category_id
  where c.id = any (index_courses.course_ids)
  on conflict (course_id) do update
    set document = excluded.document;
$$;

comment on function private.index_courses is 'Makes the search vectors of these courses anew.';

-- Accents are taken away on both sides: 'cafe' finds 'café'.
create function private.search_vector(words text)
returns tsvector
language sql
stable
security invoker
set search_path = ''
return to_tsvector('pg_catalog.english', extensions.unaccent('extensions.unaccent', words));

comment on function private.search_vector is 'Stems of a text without accents.';

create function private.search_query(words text)
returns tsquery
language sql
stable
security invoker
set search_path = ''
return websearch_to_tsquery('pg_catalog.english', extensions.unaccent('extensions.unaccent', words));

comment on function private.search_query is
  'What somebody typed, as a query: words, "phrases", or, -without. Never fails, whatever is typed.';

create function private.index_changed_courses()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  case tg_table_name
    when 'courses' then
      perform private.index_courses(array[new.id]);
    when 'categories' then
      perform private.index_courses(array(select c.id from public.courses c where c.category_id = new.id));
    when 'profiles' then
      perform private.index_courses(array(select c.id from public.courses c where c.instructor_id = new.id));
  end case;
  return null;
end
$$;

comment on function private.index_changed_courses is
  'Trigger on everything that is searched in: courses, names of categories and of instructors.';

revoke execute
on function private.index_courses, private.search_vector, private.search_query, private.index_changed_courses
from public, anon, authenticated, service_role;

create trigger index_course
after insert or update of title, short_description, description, category_id, instructor_id on public.courses
for each row
execute function private.index_changed_courses();

create trigger index_courses_of_category
after update of name on public.categories
for each row
when (old.name != new.name)
execute function private.index_changed_courses();

create trigger index_courses_of_instructor
after update of first_name, last_name on public.profiles
for each row
when ((old.first_name, old.last_name) is distinct from (new.first_name, new.last_name))
execute function private.index_changed_courses();
