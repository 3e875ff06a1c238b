begin;

select plan(6);

select tests.create_course('ada', 'Knitting socks'), tests.create_course('ada', 'Knitting hats');
create function pg_temp.words() returns text[] language sql as $$
  select array_agg(w.word order by w.word) from private.search_words w where w.word in ('hats', 'knitting', 'socks')
$$;

select is(pg_temp.words(), '{hats,knitting,socks}', 'Words of a title are known when it goes on sale');
delete from private.search_words where word = 'hats';
select ok(private.refresh_search_words() > 3, 'The job counts words and their stems');
select is(pg_temp.words(), '{hats,knitting,socks}', 'and adds what somebody left out because another one wrote');
update public.courses set status = 'unpublished' where title = 'Knitting socks';
select is(pg_temp.words(), '{hats,knitting,socks}', 'Words of a course off sale stay');
select private.refresh_search_words();
select is(pg_temp.words(), '{hats,knitting}', 'until the job forgets those that stand in no other title');
select is((select run_every from private.jobs where name = 'refresh_search_words' and is_enabled), interval '1 hour', 'It runs every hour');

select * from finish();

rollback;
