begin;

select plan(73);

select tests.sign_up('bob');
select tests.sign_up('eve');
insert into public.categories (name, slug) values ('Cooking', 'cooking');
create temporary table made on commit drop as
select
  tests.create_course('ada', 'JavaScript for beginners', 1999) as js,
  tests.create_course('ada', 'Advanced JavaScript patterns', 8999) as patterns,
  tests.create_course('joe', 'Café crème and other drinks', 4999) as cafe,
  tests.create_course('joe', 'Bread, slowly', 0) as bread,
  tests.create_course('joe', 'JavaScript secrets', 999, publish => false) as draft;
grant select on made to public;
update public.courses set category_id = (select id from public.categories where slug = 'cooking') where id in ((select cafe from made), (select bread from made));
update public.courses set level = 'advanced', description = 'For those who bake no bread at all.' where id = (select patterns from made);
update public.courses set published_at = now() - interval '1 day' where id = (select patterns from made);
update public.courses set published_at = now() - interval '2 days' where id = (select cafe from made);
update public.courses set published_at = now() - interval '3 days' where id = (select bread from made);
select tests.grant_access('bob', cafe), tests.grant_access('eve', cafe), tests.grant_access('bob', patterns), tests.grant_access('eve', js) from made;
insert into public.reviews (course_id, user_id, rating) select cafe, tests.user_id('bob'), 4 from made;
insert into public.reviews (course_id, user_id, rating) select cafe, tests.user_id('eve'), 5 from made;
insert into public.reviews (course_id, user_id, rating) select js, tests.user_id('eve'), 3 from made;

create function pg_temp.titles(answer jsonb) returns text language sql as $$
  select string_agg(x.card ->> 'title', ' · ' order by x.place) from jsonb_array_elements(answer -> 'results') with ordinality x(card, place)
$$;
grant execute on function pg_temp.titles(jsonb) to public;

-- The answer is json, for speed; jsonb has the operators.
create function pg_temp.search_courses(
  search text default null, category text default null, level text default null, min_price numeric default null,
  max_price numeric default null, rating_min numeric default null, ordering text default null, page integer default 1,
  page_size integer default 20, language text default null, featured boolean default null, facets boolean default false
) returns jsonb language sql as $$
  select public.search_courses(search, category, level, min_price, max_price, rating_min, ordering, page, page_size, language, featured, facets)::jsonb
$$;
grant execute on function pg_temp.search_courses to public;
select private.refresh_catalogue();

select tests.act_as_anon();
-- Orderings.
select is(pg_temp.titles(pg_temp.search_courses()), pg_temp.titles(pg_temp.search_courses(ordering => 'popular')), 'Without a wish the catalogue shows what most people study');
select alike(pg_temp.titles(pg_temp.search_courses()), 'Café%', 'The course with two students comes first');
select alike(pg_temp.titles(pg_temp.search_courses()), '%Bread, slowly', 'and the one with none last');
select is(
  pg_temp.titles(pg_temp.search_courses(ordering => 'newest')),
  'JavaScript for beginners · Advanced JavaScript patterns · Café crème and other drinks · Bread, slowly', 'newest: by publication'
);
select is(
  pg_temp.titles(pg_temp.search_courses(ordering => 'price_low')),
  'Bread, slowly · JavaScript for beginners · Café crème and other drinks · Advanced JavaScript patterns', 'price_low: cheap first'
);
select is(
  pg_temp.titles(pg_temp.search_courses(ordering => 'price_high')),
  'Advanced JavaScript patterns · Café crème and other drinks · JavaScript for beginners · Bread, slowly', 'price_high: dear first'
);
select is(
  pg_temp.titles(pg_temp.search_courses(ordering => 'rating')),
  'Café crème and other drinks · JavaScript for beginners · Advanced JavaScript patterns · Bread, slowly', 'rating: 4.5, 3, and the unrated ones by students'
);

-- Filters.
select is(pg_temp.titles(pg_temp.search_courses(category => 'cooking', ordering => 'newest')), 'Café crème and other drinks · Bread, slowly', 'A category');
select is(pg_temp.titles(pg_temp.search_courses(level => 'advanced')), 'Advanced JavaScript patterns', 'A level');
select is(pg_temp.titles(pg_temp.search_courses(min_price => 19.99, max_price => 49.99, ordering => 'price_low')), 'JavaScript for beginners · Café crème and other drinks', 'A range of prices, both ends included');
select is(pg_temp.titles(pg_temp.search_courses(max_price => 0)), 'Bread, slowly', 'What is free');
select is(pg_temp.titles(pg_temp.search_courses(rating_min => 4.5)), 'Café crème and other drinks', 'A rating at least');
select is(pg_temp.titles(pg_temp.search_courses(search => 'javascript', category => 'cooking')), null, 'Filters and words together can find nothing');
select is((pg_temp.search_courses(category => 'cooking') ->> 'count')::integer, 2, 'The count is that of the filter');

-- Words.
select is(
  pg_temp.titles(pg_temp.search_courses(search => 'bread')), 'Bread, slowly · Advanced JavaScript patterns', 'A word in the title counts more than one in the description'
);
select is(pg_temp.titles(pg_temp.search_courses(search => 'javascript patterns')), 'Advanced JavaScript patterns', 'All words have to be there');
select is(pg_temp.titles(pg_temp.search_courses(search => 'beginner zzzz')), 'JavaScript for beginners', 'unless no course has them all: then some are better than nothing');
select is((pg_temp.search_courses(search => 'beginner or patterns') ->> 'count')::integer, 2, 'unless or stands between them');
select is(pg_temp.titles(pg_temp.search_courses(search => 'javascript -patterns')), 'JavaScript for beginners', 'A minus leaves out');
select is(pg_temp.titles(pg_temp.search_courses(search => '"other drinks"')), 'Café crème and other drinks', 'Quotes hold words together');
select is(pg_temp.titles(pg_temp.search_courses(search => 'cafe creme')), 'Café crème and other drinks', 'Accents do not matter');
select is(pg_temp.titles(pg_temp.search_courses(search => 'drink')), 'Café crème and other drinks', 'nor do endings');
select is((pg_temp.search_courses(search => 'ada') ->> 'count')::integer, 2, 'The teacher is found');
select is((pg_temp.search_courses(search => 'cooking') ->> 'count')::integer, 2, 'and the category');
select is((pg_temp.search_courses(search => 'javscript', ordering => 'newest') ->> 'count')::integer, 2, 'A typing error finds what looks like it');
select is(pg_temp.titles(pg_temp.search_courses(search => 'advanced javscript paterns')), 'Advanced JavaScript patterns', 'or two');
select is(pg_temp.titles(pg_temp.search_courses(search => 'pattern drinks', ordering => 'price_low')), 'Café crème and other drinks · Advanced JavaScript patterns', 'Words that stand in no course together find either');
select is((pg_temp.search_courses(search => 'drinks') ->> 'count')::integer, 1, 'A word that is found is taken as it is');
select is((pg_temp.search_courses(search => 'zzzzqqqq') ->> 'count')::integer, 0, 'Nonsense finds nothing');
select is((pg_temp.search_courses(search => '   ') ->> 'count')::integer, 4, 'An empty box searches nothing');
select is((pg_temp.search_courses(search => '%') ->> 'count')::integer, 0, 'A percent sign is a percent sign');
select is((pg_temp.search_courses(search => '_') ->> 'count')::integer, 0, 'an underscore an underscore');
select lives_ok($$select pg_temp.search_courses(search => w) from unnest(array['a & | ! ( )', '"', '\', ''' or 1=1 --', ':*', '<->', '🎸', repeat('"a ', 60), '<script>']) w$$, 'Nothing that can be typed breaks the search');

-- Drafts.
select is((pg_temp.search_courses(search => 'secrets') ->> 'count')::integer, 0, 'A draft is not found');
select tests.act_as('joe');
select is((pg_temp.search_courses(search => 'secrets') ->> 'count')::integer, 0, 'not even by its author: the catalogue is what is on sale');
select is((pg_temp.search_courses(search => 'secrts') ->> 'count')::integer, 0, 'and no typing error gets to it');
select is((pg_temp.search_courses() ->> 'count')::integer, 4, 'nor is it counted');

-- Pages.
select tests.act_as_anon();
select is(
  pg_temp.search_courses(page => 2, page_size => 3) - 'results',
  '{"count": 4, "total_pages": 2, "current_page": 2, "page_size": 3, "next": null, "previous": 1}', 'The last page knows the one before'
);
select is(
  (pg_temp.search_courses(page_size => 3) -> 'next')::integer, 2, 'and the first the next'
);
select is((select count(distinct card ->> 'id') from generate_series(1, 4) p, jsonb_array_elements(pg_temp.search_courses(page => p, page_size => 1, ordering => 'newest') -> 'results') card), 4::bigint, 'Every course is on one page');
select is(pg_temp.search_courses(page => 99) -> 'results', '[]', 'Beyond the end there is nothing, and no error');
select is((pg_temp.search_courses(page_size => 100000) ->> 'page_size')::integer, 100, 'A page has at most a hundred');
select is((pg_temp.search_courses(page => -5, page_size => -5) ->> 'current_page')::integer, 1, 'and at least one');

-- What cannot be asked.
select tests.raises($$select pg_temp.search_courses(ordering => 'cheapest')$$, 'INVALID_ORDERING', 'An unknown ordering');
select tests.raises($$select pg_temp.search_courses(level => 'guru')$$, 'VALIDATION_ERROR', 'an unknown level');
select tests.raises($$select pg_temp.search_courses(min_price => -1)$$, 'VALIDATION_ERROR', 'a negative price');
select tests.raises($$select pg_temp.search_courses(max_price => 'NaN')$$, 'VALIDATION_ERROR', 'no number');
select tests.raises($$select pg_temp.search_courses(rating_min => 5.1)$$, 'VALIDATION_ERROR', 'six stars');
select tests.raises($$select pg_temp.search_courses(min_price => 2, max_price => 1)$$, 'INVALID_PRICE_RANGE', 'a range that is none');
select tests.raises($$select pg_temp.search_courses(search => repeat('a', 201))$$, 'SEARCH_QUERY_TOO_LONG', 'a novel');
select tests.raises($$select pg_temp.search_courses(category => 'nowhere')$$, 'CATEGORY_NOT_FOUND', 'a shelf that is not there');

-- What changes is found under its new name.
select tests.act_as_owner();
update public.profiles set last_name = 'Lovelace' where id = tests.user_id('ada');
update public.categories set name = 'Gastronomy' where slug = 'cooking';
update public.courses set title = 'Sourdough, slowly' where id = (select bread from made);
select tests.act_as('bob');
select is((pg_temp.search_courses(search => 'lovelace') ->> 'count')::integer, 2, 'Ada under her new name');
select is((pg_temp.search_courses(search => 'gastronomy') ->> 'count')::integer, 2, 'the shelf under its');
select is(pg_temp.titles(pg_temp.search_courses(search => 'sourdough')), 'Sourdough, slowly', 'the course under its');
select is(
  (select card -> 'enrolled' from jsonb_array_elements(pg_temp.search_courses(search => 'drinks') -> 'results') card), 'true', 'Bob sees what he studies already'
);
select tests.act_as('eve');
select is(
  (select card -> 'enrolled' from jsonb_array_elements(pg_temp.search_courses(search => 'patterns') -> 'results') card), 'false', 'and Eve does not see what Bob studies'
);

-- Facets.
select tests.act_as_owner();
update public.courses set language = 'German' where id = (select bread from made);
update public.courses set is_featured = true where id = (select cafe from made);
create function pg_temp.facet(answer jsonb, facet text) returns text language sql as $$
  select string_agg(
    concat_ws(' ', coalesce(f ->> 'category', f ->> 'level', f ->> 'language', f ->> 'rating_min', f ->> 'min_price'), f ->> 'count'), ', ' order by place
  )
  from jsonb_array_elements(answer #> array['facets', facet]) with ordinality x(f, place)
$$;
grant execute on function pg_temp.facet to public;
select tests.act_as_anon();
select ok(not pg_temp.search_courses() ? 'facets', 'Facets are counted for who asks');
select is(pg_temp.facet(pg_temp.search_courses(facets => true), 'category'), 'cooking 2, testing 2', 'Each category with how much it would show');
select is(pg_temp.facet(pg_temp.search_courses(facets => true), 'level'), 'beginner 3, intermediate 0, advanced 1', 'each level');
select is(pg_temp.facet(pg_temp.search_courses(facets => true), 'language'), 'English 3, German 1', 'each language');
select is(pg_temp.facet(pg_temp.search_courses(facets => true), 'price'), '0 1, 0.01 1, 20 1, 50 1, 100 0, 200 0', 'each band of prices: what is free, and from cheap to dear');
select is(pg_temp.facet(pg_temp.search_courses(facets => true), 'rating'), '4.5 1, 4 1, 3.5 1, 3 2', 'each rating and better');
select is(
  pg_temp.search_courses(facets => true) #> '{facets,category,0}', '{"category": "cooking", "name": "Gastronomy", "count": 2}', 'A value is named as the filter takes it, and as people call it'
);
select is(pg_temp.facet(pg_temp.search_courses(category => 'cooking', facets => true), 'category'), 'cooking 2, testing 2', 'A facet does not count its own filter: one can go from shelf to shelf');
select is(pg_temp.facet(pg_temp.search_courses(category => 'cooking', facets => true), 'language'), 'English 1, German 1', 'but all the others');
select is(pg_temp.facet(pg_temp.search_courses(min_price => 15, max_price => 60, facets => true), 'price'), '0 1, 0.01 1, 20 1, 50 1, 100 0, 200 0', 'Any range of prices leaves the prices as they are');
select is(pg_temp.facet(pg_temp.search_courses(min_price => 15, max_price => 60, facets => true), 'language'), 'English 2', 'and is counted elsewhere');
select is(pg_temp.facet(pg_temp.search_courses(search => 'bread', rating_min => 4, facets => true), 'level'), 'beginner 0, intermediate 0, advanced 0', 'Words and filters together, too');
select is(pg_temp.facet(pg_temp.search_courses(search => 'bread', facets => true), 'level'), 'beginner 1, intermediate 0, advanced 1', 'what is found by words');
select is(pg_temp.facet(pg_temp.search_courses(search => 'javscript', facets => true), 'level'), 'beginner 1, intermediate 0, advanced 1', 'and by a typing error');
select is(pg_temp.titles(pg_temp.search_courses(language => 'German')), 'Sourdough, slowly', 'A language');
select is(pg_temp.titles(pg_temp.search_courses(featured => true)), 'Café crème and other drinks', 'What staff features');

select tests.act_as_service();
select is((pg_temp.search_courses() ->> 'count')::integer, 4, 'An edge function of ours may look at the shop window');

select * from finish();

rollback;
