begin;

select plan(6);

-- More courses speak of sourdough than are ranked, all of them better known than the one that is called so.
select tests.create_course('joe', 'Sourdough');
insert into public.courses (slug, title, description, category_id, instructor_id, status, published_at)
select 'baking-' || n, 'Baking ' || n, 'Sourdough, sourdough and once more sourdough.', c.category_id, c.instructor_id, 'published', now()
from public.courses c, generate_series(1, 203) n;
update private.course_search d set student_count = 100 from public.courses c where c.id = d.course_id and c.title <> 'Sourdough';

create function pg_temp.found(page integer default 1, page_size integer default 100, ordering text default null)
returns table (place bigint, title text) language sql as $$
  select x.place, x.card ->> 'title'
  from jsonb_array_elements(
    public.search_courses(search => 'sourdough', page => found.page, page_size => found.page_size, ordering => found.ordering)::jsonb -> 'results'
  ) with ordinality x(card, place)
$$;
grant execute on function pg_temp.found to public;

select tests.act_as_anon();
select is((select title from pg_temp.found() where place = 1), 'Sourdough', 'What is called so stands first, however few study it');
select is((public.search_courses(search => 'sourdough')::jsonb ->> 'count')::integer, 204, 'Everything that speaks of it is found');
select is((select count(distinct title) from generate_series(1, 3) n, pg_temp.found(n)), 204::bigint, 'No course is on two pages, and none on no page');
select is((select count(distinct title) from generate_series(1, 3) n, pg_temp.found(n, 73)), 204::bigint, 'however many it shows');
select is((select count(*) from pg_temp.found(3)), 4::bigint, 'The last page has the rest');
select is(
  (select title from generate_series(1, 3) n, pg_temp.found(n, ordering => 'popular') order by n desc, place desc limit 1), 'Sourdough', 'By students it stands last, as asked'
);

select * from finish();

rollback;
