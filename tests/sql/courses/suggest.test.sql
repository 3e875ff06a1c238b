begin;

select plan(27);

insert into public.categories (name, slug) values ('Rustic furniture', 'rustic'), ('Rubber', 'rubber');
create temporary table made on commit drop as
select
  tests.create_course('ada', 'Complete Rust') as rust,
  tests.create_course('rudi', 'Café rules') as cafe,
  tests.create_course('joe', 'Rust in secret', publish => false) as draft;
grant select on made to public;
update public.courses set category_id = (select id from public.categories where slug = 'rustic') where id = (select cafe from made);
select tests.create_course('luz', 'Node.js by example');
update public.profiles set first_name = 'José', last_name = 'O’Neil-Łukasz' where id = tests.user_id('luz');
insert into private.popular_terms (term, people, words) values ('crème brûlée', 9, private.plain_words('crème brûlée'));
select tests.sign_up('ruben');
select tests.make_instructor('rufus');
select tests.grant_access('bob', cafe) from made;
select private.refresh_catalogue();
create function pg_temp.titles(answer jsonb) returns text language sql as $$
  select string_agg(c ->> 'title', ' · ' order by place) from jsonb_array_elements(answer -> 'courses') with ordinality x(c, place)
$$;
grant execute on function pg_temp.titles to public;
create function pg_temp.names(answer jsonb) returns text language sql as $$
  select string_agg(i ->> 'first_name', ' ') from jsonb_array_elements(answer -> 'instructors') i
$$;
grant execute on function pg_temp.names to public;

select tests.act_as_anon();
select is(pg_temp.titles(public.suggest('ru')), 'Café rules · Complete Rust', 'Courses with a word that begins so, the most studied first');
select is(pg_temp.titles(public.suggest('comp ru')), 'Complete Rust', 'Several beginnings all have to be there');
select is(pg_temp.titles(public.suggest('CAFÉ')), 'Café rules', 'without a look at accents');
select is(pg_temp.titles(public.suggest('cafe')), 'Café rules', 'on either side');
select is(pg_temp.titles(public.suggest('rul')), 'Café rules', 'A word is found by its first letters');
select is(pg_temp.titles(public.suggest('rules')), 'Café rules', 'and when it is finished, though its stem is shorter');
select is(pg_temp.titles(public.suggest('ust')), null, 'not by those in the middle');
select is(public.suggest('rust') #> '{courses,0}', (select jsonb_build_object('id', rust, 'title', 'Complete Rust', 'slug', 'complete-rust', 'thumbnail', c.thumbnail_path) from made join public.courses c on c.id = rust), 'enough to link to it');
select is((select array_agg(i ->> 'first_name') from jsonb_array_elements(public.suggest('ru') -> 'instructors') i), array['Rudi'], 'Of people those who teach something on sale: no student, no teacher without a course');
select is(pg_temp.names(public.suggest('jose')), 'José', 'A name is found without its accents');
select is(pg_temp.names(public.suggest('José')), 'José', 'and with them');
select is(pg_temp.names(public.suggest('O''Neil')), 'José', 'whatever stands between its parts');
select is(pg_temp.names(public.suggest('neil-luk')), 'José', 'by any of them');
select is(pg_temp.names(public.suggest('oneil')), null, 'but not by what is written otherwise');
select is(pg_temp.titles(public.suggest('node.j')), 'Node.js by example', 'Titles with a dot, too');
select is(public.suggest('creme bru') -> 'terms', '["crème brûlée"]', 'and what people search for');
select is(public.suggest('Crème') -> 'terms', '["crème brûlée"]', 'as they type it');
select is((select array_agg(i ->> 'last_name') from jsonb_array_elements(public.suggest('test') -> 'instructors') i), array['Tester', 'Tester'], 'by either name');
select is((select array_agg(k ->> 'slug') from jsonb_array_elements(public.suggest('ru') -> 'categories') k), array['rustic'], 'Categories that have courses');
select is(jsonb_array_length(public.suggest('ru', 1) -> 'courses'), 1, 'As many as are wanted');
select is(public.suggest('&|!:*()<->'), '{"courses": [], "instructors": [], "categories": [], "terms": []}', 'Signs suggest nothing');
select lives_ok($$select public.suggest(w) from unnest(array['a & b', '''; drop table', '%', '_', '\', 'a:*', '🎸', '日本']) w$$, 'and nothing that can be typed breaks it');
select tests.raises($$select public.suggest('  ')$$, 'VALIDATION_ERROR', 'Nothing suggests nothing');
select tests.raises($$select public.suggest(repeat('a', 101))$$, 'SEARCH_QUERY_TOO_LONG', 'nor does a novel');
select is(current_setting('response.headers'), '[{"Cache-Control": "public, max-age=60"}, {"Vary": "Authorization"}]', 'A visitor''s answer may be kept for a minute');
select tests.act_as('joe');
select unalike(pg_temp.titles(public.suggest('rust')), '%secret%', 'A draft is suggested to nobody, not even its author');
select is(current_setting('response.headers'), '[{"Cache-Control": "private, no-store"}]', 'and what somebody is told who is signed in is for nobody else');

select * from finish();

rollback;
