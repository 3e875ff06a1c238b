begin;

select plan(20);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
insert into public.course_instructors (course_id, user_id, revenue_share_percent) select sold, tests.user_id('kim'), 30 from made;
create function pg_temp.team() returns text language sql security definer as $$
  select string_agg(concat_ws(' ', split_part(u.email, '@', 1), i.role, i.revenue_share_percent), ', ' order by i.role, u.email)
  from public.course_instructors i join auth.users u on u.id = i.user_id where i.course_id = (select sold from made)
$$;
grant execute on function pg_temp.team() to public;

select tests.act_as_anon();
select tests.is_denied($$select public.transfer_course((select sold from made), tests.user_id('eve'))$$, 'a visitor takes no course');
select tests.act_as('eve');
select tests.raises($$select public.transfer_course((select sold from made), tests.user_id('eve'))$$, 'NOT_COURSE_OWNER', 'nor does Eve');
select tests.act_as('joe');
select tests.raises($$select public.transfer_course((select sold from made), tests.user_id('joe'))$$, 'NOT_COURSE_OWNER', 'or Joe');
select tests.raises($$select public.transfer_course((select draft from made), tests.user_id('joe'))$$, 'COURSE_NOT_FOUND', 'who knows no draft of Ada');
select tests.act_as('kim');
select tests.raises($$select public.transfer_course((select sold from made), tests.user_id('kim'))$$, 'NOT_COURSE_OWNER', 'or Kim, who teaches it');

select tests.act_as('ada');
select tests.raises($$select public.transfer_course((select sold from made), tests.user_id('eve'))$$, 'NOT_INSTRUCTOR', 'Ada cannot give it to Eve, who does not teach');
select tests.raises($$select public.transfer_course((select sold from made), gen_random_uuid())$$, 'NOT_INSTRUCTOR', 'or to nobody');
select lives_ok($$select public.transfer_course((select sold from made), tests.user_id('joe'))$$, 'She gives it to Joe');
select is(pg_temp.team(), 'joe owner 70, ada co_instructor 0, kim co_instructor 30', 'who owns what she owned; Kim keeps her share');
select is((select instructor_id from public.courses where id = (select sold from made)), tests.user_id('joe'), 'The course says so');
select tests.raises($$update public.courses set price_cents = 1 where id = (select sold from made)$$, 'NOT_COURSE_OWNER', 'Ada no longer sets its price');
select tests.affects($$update public.courses set description = 'Still mine to polish.' where id = (select sold from made)$$, 1, 'but may help');
select tests.raises($$select public.transfer_course((select sold from made), tests.user_id('ada'))$$, 'NOT_COURSE_OWNER', 'and cannot take it back');

select tests.act_as('joe');
select is((public.search_courses(search => 'joe') ->> 'count')::integer, 1, 'The search finds it under the name of Joe');
select lives_ok($$select public.transfer_course((select sold from made), tests.user_id('kim'))$$, 'Joe gives it to Kim, who teaches it already');
select is(pg_temp.team(), 'kim owner 100, ada co_instructor 0, joe co_instructor 0', 'who owns it whole');
select tests.act_as('ruth');
select lives_ok($$select public.transfer_course((select sold from made), tests.user_id('ada'))$$, 'Ruth can settle where it belongs');
select is(pg_temp.team(), 'ada owner 100, joe co_instructor 0, kim co_instructor 0', 'with Ada');

select tests.act_as('kim');
select is(
  (select array_agg(title order by title) from public.notifications where kind = 'course_team'), array['Sold is yours now', 'Sold was handed over', 'You teach Sold now'], 'Kim heard of all that'
);
select tests.act_as('joe');
select is((select array_agg(title) from public.notifications where kind = 'course_team'), array['Sold is yours now'], 'Joe of what he did not do himself');

select * from finish();

rollback;
