begin;

select plan(24);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Asked', publish => false) as asked,
  tests.create_course('joe', 'Other') as other;
grant select on made to public;
update public.courses set status = 'in_review' where id = (select asked from made);
select tests.grant_access('bob', sold) from made;
create function pg_temp.sessions(name text) returns bigint language sql security definer as $$
  select count(*) from auth.sessions where user_id = tests.user_id(name)
$$;
grant execute on function pg_temp.sessions to public;

-- By oneself.
select tests.act_as_anon();
select tests.is_denied('select public.deactivate_my_account()', 'a visitor has nothing to close');
select tests.act_as('bob');
select is((public.deactivate_my_account() ->> 'is_active')::boolean, false, 'Bob closes his account');
select is(pg_temp.sessions('bob'), 0::bigint, 'and his sessions end');
select is(pg_temp.sessions('eve'), 1::bigint, 'nobody else''s');
select tests.raises('select public.deactivate_my_account()', 'ACCOUNT_DISABLED', 'It is closed once');
select tests.raises($$select public.update_profile(bio => 'Back.')$$, 'ACCOUNT_DISABLED', 'He does nothing more here');
select tests.raises($$select public.deactivate_user(tests.user_id('bob'), true)$$, 'ACCOUNT_DISABLED', 'and does not open it himself');
select ok(public.export_my_data() -> 'tables' ? 'public.enrollments', 'but takes his data with him');
select tests.act_as('ruth');
select tests.raises('select public.deactivate_my_account()', 'CONFLICT', 'The last admin stays');
select is((public.deactivate_user(tests.user_id('bob'), true) ->> 'is_active')::boolean, true, 'Ruth opens it again');
select tests.act_as('bob');
select isnt_empty('select from public.enrollments', 'and Bob has what he had');

-- With courses.
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('ada'));
select is((select status::text from public.courses where id = (select sold from made)), 'unpublished', 'A closed account sells nothing');
select is((select status::text from public.courses where id = (select asked from made)), 'draft', 'and asks for nothing');
select is((select status::text from public.courses where id = (select other from made)), 'published', 'Joe sells on');
select tests.act_as('eve');
select tests.raises($$select public.add_to_cart((select sold from made))$$, 'COURSE_NOT_FOUND', 'Eve cannot buy it any more');
select tests.act_as('bob');
select isnt_empty($$select from public.lesson_contents where course_id = (select sold from made)$$, 'Bob studies on');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('ada'), true);
select tests.sign_in('ada');
select tests.act_as('ada');
select is(public.publish_course((select sold from made)) ->> 'status', 'published', 'Opened again, Ada sells again without asking');
select tests.raises($$select public.delete_my_account(tests.email_of('ada'))$$, 'INSTRUCTOR_HAS_COURSES', 'She does not leave what she sells');
select is((public.deactivate_my_account() ->> 'is_active')::boolean, false, 'but may close her account');
select tests.act_as('bob');
select is((select status::text from public.courses where id = (select sold from made)), 'unpublished', 'which takes it off sale');
select tests.sign_in('ada');
select tests.act_as('ada');
select is(public.delete_my_account(tests.email_of('ada')) ->> 'message', 'The account is deleted.', 'and then be erased, though she can archive nothing any more');
select tests.act_as_owner();
select is((select status::text from public.courses where id = (select sold from made)), 'archived', 'Her courses are archived with her');
select is((select status::text from public.courses where id = (select other from made)), 'published', 'and nobody else''s');
select tests.act_as('bob');
select isnt_empty($$select from public.lesson_contents where course_id = (select sold from made)$$, 'Bob studies on');

select * from finish();

rollback;
