begin;

select plan(7);

select tests.sign_up('bob');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
select tests.grant_access('bob', current_setting('t.rust')::uuid);
create function pg_temp.ratings() returns text language sql as $$
  select format('%s %s %s', s.rating_count, s.rating, s.review_count) from public.course_stats s
  where s.course_id = current_setting('t.rust')::uuid
$$;

insert into public.reviews (course_id, user_id, rating, title) values (current_setting('t.rust')::uuid, tests.user_id('bob'), 4, 'Good');
select is(pg_temp.ratings(), '1 4.00 1', 'what Bob says is counted at once');

-- What waits because a row was busy is added up by the next writer or the job.
insert into private.rating_count_changes (course_id, counts)
values (current_setting('t.rust')::uuid, '{0,0,0,0,3,1}'), (current_setting('t.rust')::uuid, '{0,0,0,0,-1,0}');
select is(private.fold_rating_counts(), 1, 'the job adds up what waits');
select is(pg_temp.ratings(), '3 4.67 2', 'exactly');
select is_empty('select from private.rating_count_changes', 'nothing waits any more');

insert into private.rating_count_changes (course_id, counts) values (current_setting('t.rust')::uuid, '{0,0,0,0,-2,-1}');
update public.reviews r set rating = 2 where r.user_id = tests.user_id('bob');
select is(pg_temp.ratings(), '1 2.00 1', 'the next change takes along what waits');

insert into private.rating_count_changes (course_id, counts) values (current_setting('t.rust')::uuid, '{1,1,1,1,1,1}');
select private.recount_course(current_setting('t.rust')::uuid);
select is(pg_temp.ratings(), '1 2.00 1', 'counting anew forgets what waited: the facts have it');
select is_empty('select from private.rating_count_changes', 'and nothing is counted twice');

select * from finish();

rollback;
