begin;

select plan(25);

select tests.sign_up('bob');
select tests.make_instructor('carl');
select tests.make_instructor('dora');
select tests.make_admin('ruth');
create temp table course as select tests.create_course('ada', 'Hers') as hers, tests.create_course('dora', 'Other') as other;
grant select on course to public;
insert into public.course_instructors (course_id, user_id, role) select hers, tests.user_id('carl'), 'co_instructor' from course;

create function pg_temp.wrong(call text) returns text language plpgsql as $$
begin
  execute call;
  return 'nothing';
exception
  when sqlstate 'PGRST' then
    return (select string_agg(k, ' ') from jsonb_object_keys((sqlerrm::jsonb ->> 'details')::jsonb) k);
end
$$;
grant execute on function pg_temp.wrong(text) to public;

select tests.act_as('ada');
select is(public.create_coupon(' spring-time', 20, course_id => hers, max_redemptions => 5) ->> 'code', 'SPRING-TIME', 'Ada makes a coupon for her course, in one spelling') from course;
select is((select created_by from public.coupons where code = 'SPRING-TIME'), tests.user_id('ada'), 'with her name');
select is(public.create_coupon('ALL-OF-MINE', 10, instructor_id => tests.user_id('ada')) ->> 'percent_off', '10', 'and one for everything she teaches');
select tests.raises('select public.create_coupon(''SABOTAGE'', 100, course_id => other) from course', 'NOT_COURSE_OWNER', 'she does not discount Dora''s course');
select tests.raises('select public.create_coupon(''SABOTAGE'', 100, instructor_id => tests.user_id(''dora''))', 'FORBIDDEN', 'or all of them');
select tests.raises('select public.create_coupon(''WHOLE-SHOP'', 100)', 'FORBIDDEN', 'nor the whole shop');
select is(pg_temp.wrong('select public.create_coupon(''SHORT12'', 10, course_id => hers) from course'), 'code', 'Her codes are long enough not to be guessed');
select is(pg_temp.wrong('select public.create_coupon(null, course_id => hers) from course'), 'code percent_off', 'There is a code, and a discount');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 10, 100, ''usd'', course_id => hers) from course'), 'percent_off', 'one discount');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', null, 100, course_id => hers) from course'), 'currency', 'an amount has a currency');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 101, minimum_cents => -1, course_id => hers) from course'), 'percent_off minimum_cents', 'nothing costs less than nothing');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 10, course_id => hers, instructor_id => tests.user_id(''ada'')) from course'), 'course_id', 'one scope');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 10, course_id => hers, expires_at => now()) from course'), 'expires_at', 'it ends after it begins');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 10, course_id => hers, max_redemptions => 0) from course'), 'max_redemptions', 'somebody can use it');
select is(pg_temp.wrong('select public.create_coupon(''DISCOUNT'', 10, course_id => hers, description => repeat(''x'', 301)) from course'), 'description', 'and its description is one');

select tests.act_as('carl');
select tests.raises('select public.create_coupon(''CARLS-OWN'', 20, course_id => hers) from course', 'NOT_COURSE_OWNER', 'Carl, who teaches with her, makes none');
select tests.act_as('bob');
select tests.raises('select public.create_coupon(''BOBS-OWN'', 20, instructor_id => tests.user_id(''bob''))', 'FORBIDDEN', 'Bob, who studies, makes none');
select tests.act_as_anon();
select tests.is_denied('select public.create_coupon(''NOBODYS'', 20)', 'a visitor makes none');

-- Dora wants to know which codes there are.
select tests.act_as('dora');
select is(public.create_coupon('SPRING-TIME', 20, course_id => other) ->> 'code', 'COUPON_CODE_TAKEN', 'Dora hears that a code is taken') from course;
select is(current_setting('response.status'), '409', 'as an answer, so that her attempt is counted');
select tests.act_as_owner();
select is((select hits from private.rate_limits where bucket = 'create_coupon' and subject = tests.user_id('dora')::text), 1, 'once');
update private.rate_limits set hits = 20 where bucket = 'create_coupon' and subject = tests.user_id('dora')::text;
select tests.act_as('dora');
select is(public.create_coupon('SPRING-TIME', 20, course_id => other) ->> 'code', 'RATE_LIMITED', 'After twenty she hears nothing more') from course;
select is(public.create_coupon('NEW-AND-FREE', 20, course_id => other) ->> 'code', 'RATE_LIMITED', 'whether the code exists or not') from course;

select tests.act_as('ruth');
select is(public.create_coupon('WELCOME', 15) ->> 'code', 'WELCOME', 'Ruth makes one for the whole shop, as short as she likes');
select is(public.create_coupon('FALL', 15, category_id => (select id from public.categories where slug = 'testing')) ->> 'code', 'FALL', 'or for a category');

select * from finish();

rollback;
