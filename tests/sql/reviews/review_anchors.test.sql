begin;

select plan(6);

create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Quiet') as quiet;
select tests.grant_access('student' || n, sold) from made, generate_series(1, 13) n;
insert into public.reviews (course_id, user_id, rating, title, helpful_count, created_at)
select sold, tests.user_id('student' || n), 1 + n % 5, 'Review ' || n, n % 3, now() - make_interval(days => n / 2) from made, generate_series(1, 13) n;
update public.reviews set is_hidden = true where title = 'Review 3';

-- All pages of an ordering one after the other, and the ordering in one piece.
create function pg_temp.ids(ordering text, page integer, page_size integer) returns setof text language sql as $$
  select r ->> 'id' from made, json_array_elements(public.list_reviews(sold, null, ids.ordering, page, page_size) -> 'results') r
$$;
create function pg_temp.by_pages(ordering text) returns text[] language sql as $$
  select array(select x from generate_series(1, 7) p, pg_temp.ids(by_pages.ordering, p, 2) x)
$$;
create temporary table whole on commit drop as
select o, array(select pg_temp.ids(o, 1, 100)) as ids from unnest(array['-helpful_count', '-created_at']) o;

select is((select cardinality(ids) from whole limit 1), 12, 'Hidden reviews stand nowhere');
select is(private.refresh_review_anchors(), 0, 'A course of a dozen reviews needs no anchors');
select is(private.refresh_review_anchors(5, 10), 4, 'Every fifth of twelve, in two orderings');
select is(pg_temp.by_pages(o), ids, o || ': every review is on one page, behind an anchor too') from whole;
select is((select run_every from private.jobs where name = 'refresh_review_anchors' and is_enabled), interval '10 minutes', 'A job makes them anew');

select * from finish();

rollback;
