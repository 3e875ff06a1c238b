begin;

select plan(19);

select tests.sign_up('bob');
select tests.make_admin('ruth');
select tests.make_instructor('ada');
create temporary table made on commit drop as select tests.create_course('ada', 'Knitting') as knitting;
grant select on made to public;

select tests.act_as_anon();
select is((select course_count from public.categories where slug = 'testing'), 1, 'a visitor sees the shelf and how many courses stand on it');
select tests.is_denied($$insert into public.categories (name, slug) values ('Mine', 'mine')$$, 'a visitor makes no shelf');

select tests.act_as('ada');
select tests.is_denied($$insert into public.categories (name, slug) values ('Mine', 'mine')$$, 'Ada makes no shelf, though she teaches');
select tests.affects($$update public.categories set name = 'Mine' where slug = 'testing'$$, 0, 'Ada renames none');
select tests.affects($$delete from public.categories where slug = 'testing'$$, 0, 'Ada removes none');

select tests.act_as('ruth');
select lives_ok($$insert into public.categories (name, slug, icon) values ('Crafts', 'crafts', 'Scissors')$$, 'Ruth makes a shelf');
select tests.affects($$update public.categories set name = 'Tests' where slug = 'testing'$$, 1, 'Ruth renames one');
select tests.is_denied($$update public.categories set course_count = 99 where slug = 'crafts'$$, 'but not even Ruth writes a count');
select tests.raises($$delete from public.categories where slug = 'testing'$$, '23503', 'A shelf with courses stays');
select tests.raises($$insert into public.categories (name, slug) values ('Bad', 'Bad Slug')$$, '23514', 'An address has no spaces');

-- The count follows the published courses.
select tests.act_as_owner();
update public.courses set category_id = (select id from public.categories where slug = 'crafts') where id = (select knitting from made);
select results_eq(
  $$select slug, course_count from public.categories where slug in ('crafts', 'testing') order by slug$$,
  $$values ('crafts', 1), ('testing', 0)$$,
  'A course that moves takes its count along'
);
update public.courses set status = 'unpublished' where id = (select knitting from made);
select is((select course_count from public.categories where slug = 'crafts'), 0, 'A course taken off sale does not count');
update public.courses set status = 'published' where id = (select knitting from made);
select is((select course_count from public.categories where slug = 'crafts'), 1, 'one put back does');
update public.courses set title = 'Knitting socks' where id = (select knitting from made);
select is((select course_count from public.categories where slug = 'crafts'), 1, 'and a new title changes nothing');
select private.recount_categories();
select is((select course_count from public.categories where slug = 'crafts'), 1, 'A recount finds nothing to correct');
delete from public.courses where id = (select knitting from made);
select is((select course_count from public.categories where slug = 'crafts'), 0, 'A deleted course does not count');

-- Brought in by hand, already on sale.
create function pg_temp.bring_in(course_status public.course_status) returns void language sql as $$
  insert into public.courses (slug, title, short_description, description, category_id, instructor_id, level, price_cents, status, published_at)
  select 'brought-' || course_status, 'Brought', 'Words.', 'Words.', id, tests.user_id('ada'), 'beginner', 0, course_status, case course_status when 'published' then now() end
  from public.categories where slug = 'crafts'
$$;
select pg_temp.bring_in('draft');
select is((select course_count from public.categories where slug = 'crafts'), 0, 'A draft that is brought in does not count');
select pg_temp.bring_in('published');
select is((select course_count from public.categories where slug = 'crafts'), 1, 'what is on sale from its first day does');
select is(
  (select array_agg(h.price_cents) from public.course_price_history h join public.courses c on c.id = h.course_id where c.slug like 'brought-%'),
  '{0}', 'and its first price is noted'
);

select * from finish();

rollback;
