-- The rule of who may buy what stands twice: for many courses, and, written out, for the one that is put into a cart.
begin;

select plan(3);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('ada');
select tests.make_instructor('carl');

create temp table course as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Taken back') as taken_back,
  tests.create_course('ada', 'Over') as over, tests.create_course('carl', 'Another') as another,
  tests.create_course('ada', 'Draft', publish => false) as draft;
insert into public.course_instructors (course_id, user_id, role) select sold, tests.user_id('carl'), 'co_instructor' from course;
select tests.grant_access('eve', sold), tests.grant_access('eve', taken_back), tests.grant_access('eve', over) from course;
update public.enrollments set status = 'revoked' from course where user_id = tests.user_id('eve') and course_id = taken_back;
update public.enrollments set access_ends_at = now() - interval '1 second' from course
where user_id = tests.user_id('eve') and course_id = over;

create temp table asked as
select p.name, c.id, private.purchase_refusal(tests.user_id(p.name), c.id) as to_buy, private.cart_refusal(tests.user_id(p.name), c.id) as to_put
from
  unnest('{bob,eve,ada,carl}'::text[]) as p (name)
  cross join (
    select unnest(array[sold, taken_back, over, another, draft, gen_random_uuid()]) as id from course
  ) as c;

select is(
  (select count(*) from asked where to_buy is null), 10::bigint, 'of four people and six courses ten pairs may be bought'
);
select is(
  (select array_agg(distinct to_buy order by to_buy) from asked where to_buy is not null),
  '{ALREADY_ENROLLED,COURSE_NOT_FOUND,OWN_COURSE}', 'the others are refused for each of the reasons'
);
select is_empty(
  'select * from asked where to_put is distinct from to_buy', 'an empty cart takes exactly what may be bought'
);

select * from finish();
rollback;
