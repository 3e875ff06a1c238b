begin;

select plan(6);

select tests.make_instructor('ada');
-- Many courses at once: what triggers do for one is tested elsewhere.
alter table public.courses disable trigger user;
insert into public.courses (slug, title, instructor_id, price_cents, status, published_at)
select 'course-' || n, 'Course ' || n, tests.user_id('ada'), n % 7 * 1000, 'published', now() - make_interval(mins => n % 500)
from generate_series(1, 1700) n;
alter table public.courses enable trigger user;
alter table private.catalogue_entries disable trigger user;
insert into private.catalogue_entries (course_id, level, language, price_cents, price_band, is_featured, published_at, student_count, rating)
select c.id, c.level, c.language, c.price_cents, 0, false, c.published_at, length(c.slug) * c.price_cents % 90, c.price_cents % 4000 / 1000.0
from public.courses c;
alter table private.catalogue_entries enable trigger user;

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
