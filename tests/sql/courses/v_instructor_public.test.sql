begin;

select plan(9);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temporary table made on commit drop as
select tests.create_course('ada', 'One') as one, tests.create_course('ada', 'Two') as two, tests.create_course('ada', 'Draft', publish => false) as draft;
select tests.grant_access('bob', one), tests.grant_access('bob', two), tests.grant_access('eve', two) from made;
insert into public.reviews (course_id, user_id, rating) select one, tests.user_id('bob'), 5 from made;
insert into public.reviews (course_id, user_id, rating) select two, tests.user_id('bob'), 4 from made;
insert into public.reviews (course_id, user_id, rating) select two, tests.user_id('eve'), 4 from made;

select tests.act_as_anon();
select is(
  (select row(first_name, courses_count, students_count, rating_count, rating)::text from public.v_instructor_public where first_name = 'Ada'), '(Ada,2,3,3,4.33)',
  'a visitor sees what Ada teaches and what students think, drafts left out'
);
select is_empty($$select from public.v_instructor_public where id = tests.user_id('bob')$$, 'and no student among the teachers');
select tests.is_denied($$update public.v_instructor_public set first_name = 'Eva' where first_name = 'Ada'$$, 'and writes nothing');
select tests.act_as('ada');
select is((select courses_count from public.v_instructor_public where first_name = 'Ada'), 2, 'Ada sees the same about herself');
select is_empty($$select from public.v_instructor_public where id = tests.user_id('bob')$$, 'and no students');
select tests.is_denied($$delete from public.v_instructor_public where first_name = 'Ada'$$, 'and is not deleted through a view');
select tests.act_as_service();
select tests.is_denied('select from public.v_instructor_public', 'The secret key has no business here');
select tests.act_as_owner();
delete from public.user_roles where user_id = tests.user_id('ada');
select tests.act_as('bob');
select is_empty('select from public.v_instructor_public', 'Who no longer teaches is no longer shown');
select is((select instructor ->> 'first_name' from public.v_course_cards limit 1), null, 'not even on the cards of courses that stay');

select * from finish();

rollback;
