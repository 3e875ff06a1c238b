begin;

select plan(13);

select tests.sign_up('bob');
select tests.sign_up('carl');
select tests.sign_up('dora');
select tests.sign_up('eve');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select set_config('t.go', tests.create_course('ada', 'Go')::text, true);
select set_config('t.zig', tests.create_course('ada', 'Zig')::text, true);
select set_config('t.draft', tests.create_course('ada', 'Draft', publish => false)::text, true);
select set_config('t.cooking', tests.create_course('gus', 'Cooking')::text, true);
insert into public.categories (name, slug) values ('Food', 'food');
update public.courses set category_id = (select id from public.categories where slug = 'food') where id = current_setting('t.cooking')::uuid;
select tests.grant_access(who, current_setting('t.' || what)::uuid)
from (values ('bob', 'rust'), ('carl', 'rust'), ('carl', 'go'), ('dora', 'rust'), ('dora', 'go'), ('eve', 'cooking')) x(who, what);
select is(private.refresh_course_affinities(), 2, 'Carl and Dora connect two courses, in both directions');
select is(private.refresh_course_affinities(), 2, 'making it anew changes nothing');

select tests.act_as('bob');
select set_config('t.results', (public.recommendations()::jsonb -> 'results')::text, true);
select is(current_setting('t.results')::jsonb #>> '{0,title}', 'Go', 'Bob, who studies Rust, is shown what others took with it');
select is(
  current_setting('t.results')::jsonb #> '{0,reason}',
  jsonb_build_object('kind', 'students_also_took', 'course_id', current_setting('t.rust'), 'course_title', 'Rust'), 'and why'
);
select is(current_setting('t.results')::jsonb #> '{1,reason}', '{"kind": "same_category", "category": "Testing"}', 'then the same category');
select is(current_setting('t.results')::jsonb #> '{2,reason}', '{"kind": "popular"}', 'then what is popular');
select is(
  (select array_agg(c ->> 'title' order by c ->> 'title') from jsonb_array_elements(current_setting('t.results')::jsonb) c),
  array['Cooking', 'Go', 'Zig'], 'never what he has, never a draft'
);
select ok(current_setting('t.results')::jsonb -> 0 ?& array['price', 'instructor', 'enrolled', 'in_cart', 'in_wishlist'], 'as cards');
select is(jsonb_array_length(public.recommendations(1)::jsonb -> 'results'), 1, 'as many as he wants');
select tests.act_as('ada');
select is((select array_agg(c ->> 'title') from jsonb_array_elements(public.recommendations()::jsonb -> 'results') c), array['Cooking'], 'Ada is not shown her own courses');
select tests.act_as_owner();
update public.courses set status = 'unpublished' where id = current_setting('t.go')::uuid;
select tests.act_as('bob');
select is((select count(*) from jsonb_array_elements(public.recommendations()::jsonb -> 'results') c where c ->> 'title' = 'Go'), 0::bigint, 'what is off sale is not recommended');
select tests.act_as_anon();
select tests.is_denied('select public.recommendations()', 'a visitor has no enrolments to go by');
select tests.act_as('bob');
select tests.is_denied('select from private.course_affinities', 'who takes what together is not shown');

select * from finish();

rollback;
