begin;

select plan(8);

create temporary table made on commit drop as
select tests.create_course('ada', 'Most wanted') as best, tests.create_course('ada', 'Second') as second, tests.create_course('ada', 'Long ago') as old;
create function pg_temp.enrol(course uuid, from_no integer, to_no integer) returns void language sql as $$
  select tests.grant_access('student' || n, course) from generate_series(from_no, to_no) n
$$;
create function pg_temp.badges() returns text language sql as $$ select string_agg(title, ', ' order by title) from public.v_course_cards where is_bestseller $$;

select pg_temp.enrol(best, 1, 9), pg_temp.enrol(old, 1, 15) from made;
update public.enrollments set enrolled_at = now() - interval '31 days' where course_id = (select old from made);
select is(private.refresh_bestsellers(), 0, 'Nine students in a month make no bestseller, and those of last year do not count');
select pg_temp.enrol(best, 10, 12), pg_temp.enrol(second, 1, 11) from made;
select is(private.refresh_bestsellers(), 1, 'Of three courses on a shelf one can be one');
select is(pg_temp.badges(), 'Most wanted', 'the one that most people began lately');
select pg_temp.enrol(second, 12, 14) from made;
select private.refresh_bestsellers();
select is(pg_temp.badges(), 'Second', 'The badge goes to whoever comes before');
update public.course_stats set bestseller_until = now() where bestseller_until is not null;
select is(pg_temp.badges(), null, 'Without the job it ends by itself');
select private.refresh_bestsellers();
update public.courses set status = 'unpublished' where id = (select second from made);
select private.refresh_bestsellers();
select is(pg_temp.badges(), 'Most wanted', 'What is not on sale wins nothing');
update private.access_grants set revoked_at = now(), revoke_reason = 'refund' where enrollment_id in (select id from public.enrollments where course_id = (select best from made));
select private.refresh_bestsellers();
select is(pg_temp.badges(), null, 'Refunded students do not count');
select is((select count(*) from private.jobs where name = 'refresh_bestsellers' and is_enabled), 1::bigint, 'A job does this every hour');

select * from finish();

rollback;
