begin;

select plan(5);

select tests.sign_up('bob');
create temporary table made on commit drop as select tests.create_course('ada', 'One') as one, tests.create_course('ada', 'Two') as two;
select tests.grant_access('bob', one), tests.grant_access('bob', two) from made;
create function pg_temp.is_shown() returns boolean language sql as $$ select is_reviewer from public.profiles where id = tests.user_id('bob') $$;

select is(pg_temp.is_shown(), false, 'Bob is nobody''s business');
insert into public.reviews (course_id, user_id, rating) select unnest(array[one, two]), tests.user_id('bob'), 5 from made;
select is(pg_temp.is_shown(), true, 'until he says something in public');
update public.reviews set is_hidden = true where course_id = (select one from made);
select is(pg_temp.is_shown(), true, 'One of two hidden, the other shows him');
update public.reviews set is_hidden = true where course_id = (select two from made);
select is(pg_temp.is_shown(), false, 'With both hidden nothing does');
update public.reviews set is_hidden = false where course_id = (select one from made);
delete from public.reviews where course_id = (select one from made);
select is(pg_temp.is_shown(), false, 'nor when the last shown one is taken back');

select * from finish();

rollback;
