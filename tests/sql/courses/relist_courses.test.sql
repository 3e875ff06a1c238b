begin;

select plan(11);

select tests.make_instructor('ada');
-- More than are listed at once.
select set_config('t.one', (array_agg(tests.create_course('ada', 'Course ' || n, lessons => 1)))[1]::text, true) from generate_series(1, 60) n;
create function pg_temp.cards_with(words text) returns bigint language sql as $$
  select count(*) from private.catalogue_cards k where k.card like '%' || words || '%'
$$;

update public.categories set name = 'Pottery' where slug = 'testing';
select is(pg_temp.cards_with('"Pottery"'), 50::bigint, 'A category gets a new name: as many cards as a person can wait for have it at once');
select is((select count(*) from private.stale_listings), 10::bigint, 'the others are noted');
select is(private.renew_listings(4), 4, 'for the job, which lists a batch');
select is(pg_temp.cards_with('"Pottery"'), 54::bigint, 'with the new name');
select is(private.renew_listings(), 6, 'and then the rest');
select is(pg_temp.cards_with('"Pottery"'), 60::bigint, 'until all have it');
select is(private.renew_listings(), 0, 'The next round has nothing to do');

-- What is not on sale has no listing.
update public.courses set status = 'unpublished' where id = current_setting('t.one')::uuid;
select private.relist_courses(array[current_setting('t.one')::uuid]);
select is((select count(*) from private.stale_listings), 1::bigint, 'A course that is not on sale is noted, because somebody could be publishing it with the old name');
select private.renew_listings();
select is((select count(*) from private.stale_listings), 1::bigint, 'for a minute');
update private.stale_listings set noted_at = now() - interval '2 minutes' where true;
select private.renew_listings();
select is_empty('select from private.stale_listings', 'and no longer');
select is((select run_every from private.jobs where name = 'renew_listings' and is_enabled), interval '1 minute', 'It runs every minute');

select * from finish();

rollback;
