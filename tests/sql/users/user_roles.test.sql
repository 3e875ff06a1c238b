begin;

select plan(28);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_instructor('ada');
select tests.make_admin('ruth');

select tests.act_as('bob');
select tests.is_denied('insert into public.user_roles (user_id, role) values (tests.user_id(''bob''), ''admin'')', 'Bob cannot make himself an admin');
select tests.raises($$select public.set_user_role(tests.user_id('bob'), 'admin')$$, 'FORBIDDEN', 'not by the function either');
select tests.raises($$select public.approve_instructor(tests.user_id('bob'))$$, 'FORBIDDEN', 'nor can he approve himself');
select is_empty($$select from public.user_roles where user_id = tests.user_id('ruth')$$, 'Bob does not see who administers');
select tests.act_as_guest('bob');
select tests.raises($$select public.request_instructor('I want to teach cooking.')$$, 'FORBIDDEN', 'As a guest he cannot ask to teach');
select tests.act_as('bob');
select lives_ok($$select public.request_instructor('I want to teach cooking.')$$, 'Bob asks to teach');
select tests.raises($$select public.request_instructor('Please!')$$, 'INSTRUCTOR_REQUEST_PENDING', 'once is enough');

select tests.act_as('ada');
select tests.raises($$select public.request_instructor('Again?')$$, 'CONFLICT', 'Ada teaches already');

select tests.act_as('eve');
select is_empty('select from public.instructor_requests', 'Eve does not see who applied');

select tests.act_as('ruth');
select is((select motivation from public.instructor_requests), 'I want to teach cooking.', 'Ruth sees the application');
select is(public.approve_instructor(tests.user_id('bob')) ->> 'status', 'approved', 'and approves it');
select is((select is_instructor from public.profiles where id = tests.user_id('bob')), true, 'now everybody can see that Bob teaches');
select is(public.approve_instructor(tests.user_id('bob')) ->> 'status', 'approved', 'Said twice, it is so');
select tests.raises($$select public.approve_instructor(tests.user_id('bob'), false)$$, 'CONFLICT', 'What is decided is not rejected afterwards');
select tests.raises($$select public.approve_instructor(tests.user_id('eve'), false, 'No.')$$, 'CONFLICT', 'and nobody who did not ask');
select tests.act_as('bob');
select is((select array_agg(title) from public.notifications where kind = 'instructor_approved'), array['You can teach now'], 'Bob is told, once');
select tests.act_as('eve');
select public.request_instructor('I want to teach, too.');
select tests.act_as('ruth');
select is(public.approve_instructor(tests.user_id('eve'), false, 'Say more about what you teach.') ->> 'status', 'rejected', 'Eve is told no');
select tests.act_as('eve');
select is((select title || ': ' || body from public.notifications where kind = 'instructor_rejected'), 'Your application was not approved: Say more about what you teach.', 'and why');
select is((select note from public.instructor_requests), 'Say more about what you teach.', 'The words stand with her application');
select lives_ok($$select public.request_instructor('More about cheese.')$$, 'and she may ask again');
select tests.act_as('ruth');
select tests.raises($$select public.set_user_role(tests.user_id('ruth'), 'admin', false)$$, 'CONFLICT', 'Ruth cannot leave the house without an admin');

-- Somebody with an open account always keeps order.
select tests.make_admin('rita');
select is(public.set_user_role(tests.user_id('rita'), 'moderator') -> 'roles', '["moderator", "admin"]', 'of two admins');
select is(public.deactivate_user(tests.user_id('rita')) ->> 'is_active', 'false', 'one can close the account of the other');
select tests.raises($$select public.delete_my_account(tests.email_of('ruth'))$$, 'CONFLICT', 'and does not leave then: a closed account keeps no order');
select is(public.set_user_role(tests.user_id('rita'), 'admin', false) -> 'roles', '["moderator"]', 'Who is closed already can lose the role');
select is(public.set_user_role(tests.user_id('rita'), 'admin') -> 'roles', '["moderator", "admin"]', 'and get it again');
select is(public.deactivate_user(tests.user_id('rita'), true) ->> 'is_active', 'true', 'with an open account');
select lives_ok($$select public.delete_my_account(tests.email_of('ruth'))$$, 'she lets Ruth leave');

select * from finish();

rollback;
