begin;

select plan(19);

-- What is kept of the catalogue, against what follows from the facts.
create function pg_temp.differences() returns table (what text, course_id uuid) language sql as $$
  select 'entry', e.course_id from (
    (select e.course_id, e.category_id, e.level, e.language, e.price_cents, e.is_featured, e.published_at, e.student_count, e.rating from private.catalogue_entries e
     except select c.id, c.category_id, c.level, c.language, c.price_cents, c.is_featured, c.published_at, s.student_count, s.rating
     from public.courses c join public.course_stats s on s.course_id = c.id where c.is_published)
    union all
    (select c.id, c.category_id, c.level, c.language, c.price_cents, c.is_featured, c.published_at, s.student_count, s.rating
     from public.courses c join public.course_stats s on s.course_id = c.id where c.is_published
     except select e.course_id, e.category_id, e.level, e.language, e.price_cents, e.is_featured, e.published_at, e.student_count, e.rating from private.catalogue_entries e)
  ) e
  union all
  select 'search row', coalesce(e.course_id, d.course_id)
  from private.catalogue_entries e full join private.course_search d using (course_id)
  where (e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at, e.student_count, e.rating, e.rating_band)
    is distinct from (d.category_id, d.level, d.language, d.price_cents, d.price_band, d.is_featured, d.published_at, d.student_count, d.rating, d.rating_band)
  union all
  -- A card says what the view says.
  select 'card', v.id
  from public.v_course_cards v join public.courses c on c.id = v.id and c.is_published
  left join json_array_elements(private.catalogue_cards_json(array(select id from public.courses))::json) k(card) on k.card ->> 'id' = v.id::text
  where (k.card::jsonb - array['enrolled', 'in_cart', 'in_wishlist']) is distinct from to_jsonb(v)
  union all
  select 'cell', x.category_id from (
    (select c.category_id, c.level, c.language, c.price_band, c.rating_band, c.course_count from unnest(private.kept_facet_cells()) c where c.course_count <> 0
     except select e.category_id, e.level, e.language, e.price_band, e.rating_band, count(*) from private.catalogue_entries e group by 1, 2, 3, 4, 5)
    union all
    (select e.category_id, e.level, e.language, e.price_band, e.rating_band, count(*) from private.catalogue_entries e group by 1, 2, 3, 4, 5
     except select c.category_id, c.level, c.language, c.price_band, c.rating_band, c.course_count from unnest(private.kept_facet_cells()) c)
  ) x
  union all
  select 'size', null where private.catalogue_size() <> (select count(*) from public.courses c where c.is_published)
$$;

create temporary table made on commit drop as
select tests.create_course('ada', 'Bread', 1999) as bread, tests.create_course('ada', 'Cake', 0) as cake, tests.create_course('joe', 'Tea', 4999) as tea, tests.create_course('joe', 'Draft', publish => false) as draft;
insert into public.categories (name, slug) values ('Drinks', 'drinks');
select is_empty('select * from pg_temp.differences()', 'A course that goes on sale is in the catalogue at once');
select is((select count(*) from private.catalogue_entries), 3::bigint, 'a draft is not');

-- Every change of what a card says.
update public.courses set category_id = (select id from public.categories where slug = 'drinks'), level = 'advanced', language = 'German' where id = (select tea from made);
select is_empty('select * from pg_temp.differences()', 'A course that moves');
update public.courses set price_cents = 999, original_price_cents = 1999 where id = (select bread from made);
select is_empty('select * from pg_temp.differences()', 'a new price');
update public.courses set title = 'Sourdough', thumbnail_path = 'x/y.png', is_featured = true where id = (select bread from made);
select is_empty('select * from pg_temp.differences()', 'a new title, picture, place on the home page');
update public.profiles set first_name = 'Joseph' where id = tests.user_id('joe');
select is_empty('select * from pg_temp.differences()', 'a new name of the teacher');
update public.categories set name = 'Beverages', slug = 'beverages' where slug = 'drinks';
select is_empty('select * from pg_temp.differences()', 'or of the shelf');
update public.courses set category_id = null where id = (select cake from made);
select is_empty('select * from pg_temp.differences()', 'a course without a shelf');
update public.lessons set duration_seconds = 3600 where course_id = (select tea from made);
update public.course_stats set bestseller_until = now() + interval '1 day' where course_id = (select tea from made);
select is_empty('select * from pg_temp.differences()', 'longer lessons and a badge');
update public.courses set status = 'unpublished' where id = (select cake from made);
select is_empty('select * from pg_temp.differences()', 'A course that goes off sale is gone at once');
update public.courses set status = 'published' where id = (select cake from made);
select is_empty('select * from pg_temp.differences()', 'and comes back');
delete from public.courses where id = (select draft from made);
select is_empty('select * from pg_temp.differences()', 'a draft that is thrown away leaves nothing');

-- Counters: exact on the card at once, in orderings after the job.
select private.refresh_catalogue();
select tests.grant_access('bob', tea), tests.grant_access('eve', tea), tests.grant_access('bob', cake) from made;
insert into public.reviews (course_id, user_id, rating) select tea, tests.user_id('bob'), 5 from made;
select is_empty($$select * from pg_temp.differences() where what = 'card'$$, 'New students and stars are on the card at once');
select is((select count(*) from pg_temp.differences() where what = 'entry'), 4::bigint, 'and wait in orderings');
select is(private.refresh_catalogue(), 2, 'for the job, which writes the courses that have changed');
select is_empty('select * from pg_temp.differences()', 'and makes everything agree');
select is(private.refresh_catalogue(), 0, 'The next round has nothing to do');
select is((select run_every from private.jobs where name = 'refresh_catalogue' and is_enabled), interval '1 minute', 'It runs every minute');

-- Made anew, everything is as it was.
select private.list_courses(array(select id from public.courses));
select is_empty('select * from pg_temp.differences()', 'Listing all courses again changes nothing');

select * from finish();

rollback;
