begin;

select plan(20);

select tests.create_course('ada', 'Learn Rust');
select tests.create_course('ada', 'Go', publish => false);
select tests.sign_up(who) from unnest(array['bob', 'carl', 'dora', 'eve', 'fay', 'gus']) who;
create function pg_temp.search_as(who text, q text) returns boolean language plpgsql as $$
begin
  perform tests.act_as(who);
  return (public.record_search(q) ->> 'counted')::boolean;
end
$$;
grant execute on function pg_temp.search_as to public;

-- Recording.
select is(pg_temp.search_as('bob', '  Learn   RUST '), true, 'Bob''s search counts');
select is(pg_temp.search_as('bob', 'learn rust'), false, 'the same search of the same person only once');
select is(pg_temp.search_as('carl', 'learn rust'), true, 'another person counts');
select is(pg_temp.search_as('bob', 'x'), false, 'A letter is no term');
select is(pg_temp.search_as('bob', repeat('x', 999)), false, 'nor is a novel');
select is(pg_temp.search_as('bob', null), false, 'nor is nothing');
select tests.act_as_anon();
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.7"}', true);
select is(public.record_search('learn rust') ->> 'counted', 'true', 'A visitor counts');
select is(public.record_search('learn rust') ->> 'counted', 'false', 'once an address');
select tests.is_denied('select from private.search_terms', 'Nobody reads who searches what');
select tests.is_denied('select from private.search_salts', 'or how fingerprints are made');
select tests.act_as_owner();
select is((select array_agg(distinct term) from private.search_terms), array['learn rust'], 'Terms are kept without case and spare spaces');
select is(
  (select count(*) from private.search_terms t where t.searcher_hash in (
    encode(sha256(convert_to('learn rust' || chr(31) || '203.0.113.7', 'UTF8')), 'hex'),
    encode(sha256(convert_to('learn rust' || chr(31) || tests.user_id('bob'), 'UTF8')), 'hex')
  )),
  0::bigint, 'and nobody who tries all addresses finds one'
);

-- What is popular.
select private.refresh_popular_terms();
select is(public.popular_searches(), '{"results": []}', 'Three people are too few to be shown');
select pg_temp.search_as(who, term) from unnest(array['dora', 'eve', 'fay', 'gus']) who, unnest(array['learn rust', 'go']) term;
select pg_temp.search_as(who, 'go') from unnest(array['bob', 'carl']) who;
-- What is no word of a course is shown to nobody, however it is wrapped.
select pg_temp.search_as(who, term) from unnest(array['bob', 'carl', 'dora', 'eve', 'fay']) who, unnest(array['idiots or rust', 'rust -idiots', 'idiots rust', 'rust 🖕', 'rust <b>']) term;
select tests.act_as_owner();
select private.refresh_popular_terms();
select tests.act_as_anon();
select is(public.popular_searches(), '{"results": ["learn rust"]}', 'Five are enough, when the search finds something that is on sale');
select is(public.suggest('rus') -> 'terms', '["learn rust"]', 'Then the term is suggested, too');
select tests.is_denied('select from private.popular_terms', 'How many people it were is not shown');

-- A machine.
select tests.act_as('bob');
select is((select count(*) from generate_series(1, 70) n where (public.record_search('term ' || n) ->> 'counted')::boolean) <= 60, true, 'Sixty terms an hour, and no error beyond');

-- Forgetting.
select tests.act_as_owner();
update private.search_salts set month_on = month_on - interval '1 month';
update private.search_terms set month_on = month_on - interval '1 month';
select private.sweep_search_terms();
select is((select count(*) from private.search_salts), 0::bigint, 'When the month is over nobody can make its fingerprints again');
select isnt((select count(*) from private.search_terms), 0::bigint, 'The terms stay for a month more');
update private.search_terms set month_on = month_on - interval '1 month';
select private.sweep_search_terms();
select is((select count(*) from private.search_terms), 0::bigint, 'and then go');

select * from finish();

rollback;
