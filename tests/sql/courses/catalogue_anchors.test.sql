begin;

select plan(6);

select tests.make_instructor('ada');
insert into public.courses (slug, title, instructor_id, price_cents, status, published_at)
select 'course-' || n, 'Course ' || n, tests.user_id('ada'), n % 7 * 1000, 'published', now() - make_interval(mins => n % 500)
from generate_series(1, 1700) n;
update public.course_stats s set student_count = x.n % 90, rating_5 = x.n % 3, rating_1 = x.n % 2
from (select c.id, row_number() over (order by c.slug) as n from public.courses c) x where x.id = s.course_id;
select private.refresh_catalogue();

-- All pages of an ordering one after the other, and the ordering in one piece.
create function pg_temp.by_pages(ordering text) returns uuid[] language sql as $$
  select array_agg(x.id order by p, x.place)
  from generate_series(0, 1700, 100) p, unnest(private.catalogue_ids(by_pages.ordering, p, 100)) with ordinality x(id, place)
$$;
create function pg_temp.whole(ordering text) returns uuid[] language sql as $$ select private.catalogue_ids(whole.ordering, 0, 10000) $$;

select is(private.refresh_catalogue_anchors(), 15, 'Three anchors an ordering');
select is(pg_temp.by_pages(o), pg_temp.whole(o), o || ': every course is on one page, far down too')
from unnest(array['popular', 'newest', 'rating', 'price_low', 'price_high']) o;

select * from finish();

rollback;
