begin;

select plan(12);

select tests.create_course('ada', 'Knitting');
select set_config('t.shelf', id::text, true) from public.categories where slug = 'testing';
create function pg_temp.courses() returns integer language sql as $$
  select k.course_count from public.categories k where k.id = current_setting('t.shelf')::uuid
$$;
create function pg_temp.note(change integer) returns void language sql as $$
  insert into private.course_count_changes (category_id, change) values (current_setting('t.shelf')::uuid, change)
$$;

-- What waits because a category was busy is added up by the next writer or the job.
select is(pg_temp.courses(), 1, 'one course is on sale');
select is(private.catalogue_size(), 1::bigint, 'in the catalogue, too');
select pg_temp.note(3), pg_temp.note(-1);
select is(private.catalogue_size(), 3::bigint, 'what waits is in its size at once');
select is(private.fold_course_counts(), 1, 'the job adds up what waits');
select is(pg_temp.courses(), 3, 'exactly');
select is(private.fold_course_counts(), 0, 'and then has nothing to do');
select pg_temp.note(-2);
select tests.create_course('ada', 'Sewing');
select is(pg_temp.courses(), 2, 'the next course takes along what waits');
select is_empty('select from private.course_count_changes', 'nothing waits any more');
select pg_temp.note(5);
select private.recount_categories();
select is(pg_temp.courses(), 2, 'Counting anew forgets what waits');
select is_empty('select from private.course_count_changes', 'all of it');

-- The cells of the catalogue are added up by the job only; whoever reads adds what waits.
select private.fold_catalogue_cells();
select results_eq(
  'select sum(c.course_count), (select count(*) from private.catalogue_cell_changes) from private.catalogue_cells c',
  'values (2::bigint, 0::bigint)',
  'Both courses are in the cells after the job, and no note is left'
);
update public.courses set price_cents = 9999 where title = 'Sewing';
select is(
  (select array_agg(c.course_count order by c.price_band) from unnest(private.kept_facet_cells()) c where c.course_count > 0), '{1,1}',
  'a course with another price is counted where it is, before the job has come'
);

select * from finish();

rollback;
