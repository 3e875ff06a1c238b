begin;

select plan(19);

create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
select tests.grant_access('student' || n, sold) from made, generate_series(1, 12) n;
insert into public.reviews (course_id, user_id, rating, title, helpful_count, created_at)
select sold, tests.user_id('student' || n), 1 + n % 5, 'Review ' || n, n % 4, now() - make_interval(days => n) from made, generate_series(1, 12) n;
update public.reviews set is_hidden = true where title = 'Review 3';
-- The answer is json, for speed; jsonb has the operators.
create function pg_temp.list_reviews(
  course_id uuid, rating integer default null, ordering text default '-helpful_count', page integer default 1, page_size integer default 10
) returns jsonb language sql as $$ select public.list_reviews(course_id, rating, ordering, page, page_size)::jsonb $$;
grant execute on function pg_temp.list_reviews to public;
create function pg_temp.titles(answer jsonb) returns text language sql as $$
  select string_agg(substr(r ->> 'title', 8), ' ' order by place) from jsonb_array_elements(answer -> 'results') with ordinality x(r, place)
$$;
grant execute on function pg_temp.titles(jsonb) to public;

select tests.act_as_anon();
select is(
  pg_temp.list_reviews((select sold from made)) - 'results',
  '{"count": 11, "total_pages": 2, "current_page": 1, "page_size": 10, "next": 2, "previous": null}', 'a visitor gets ten of eleven'
);
select is(
  (pg_temp.list_reviews((select sold from made), ordering => '-created_at') #> '{results,0}') - array['id', 'created_at', 'updated_at'] #- '{author,id}',
  '{"author": {"first_name": "Student1", "last_name": "Tester", "avatar": null}, "rating": 2, "title": "Review 1", "comment": "", "helpful_count": 1,
    "instructor_reply": null, "replied_at": null, "is_own": false, "voted_helpful": false}', 'with who wrote them'
);
select is(
  (select array_agg((r ->> 'helpful_count')::integer order by place) from jsonb_array_elements(pg_temp.list_reviews((select sold from made)) -> 'results') with ordinality x(r, place)),
  array[3, 3, 2, 2, 2, 1, 1, 1, 0, 0], 'the most helpful first'
);
select is(pg_temp.titles(pg_temp.list_reviews((select sold from made), ordering => '-created_at', page_size => 4)), '1 2 4 5', 'or the newest, the hidden one left out');
select is(pg_temp.titles(pg_temp.list_reviews((select sold from made), ordering => 'created_at', page_size => 3)), '12 11 10', 'or the oldest');
select is((pg_temp.list_reviews((select sold from made), ordering => '-rating') #>> '{results,0,rating}')::integer, 5, 'or the best');
select is((pg_temp.list_reviews((select sold from made), ordering => 'rating') #>> '{results,0,rating}')::integer, 1, 'or the worst');
select is((pg_temp.list_reviews((select sold from made), rating => 2) ->> 'count')::integer, 3, 'Of one rating there are so many');
select is((pg_temp.list_reviews((select sold from made), rating => 4) ->> 'count')::integer, 1, 'a hidden one not counted');
select is(jsonb_array_length(pg_temp.list_reviews((select sold from made), rating => 2) -> 'results'), 3, 'and as many are listed');
select is(
  (select count(distinct r ->> 'id') from made, generate_series(1, 4) p, jsonb_array_elements(pg_temp.list_reviews(sold, page => p, page_size => 3) -> 'results') r), 11::bigint, 'Each is on one page'
);
select is(pg_temp.list_reviews((select sold from made), page => 9) -> 'results', '[]', 'Beyond the end there is nothing');
select tests.raises($$select pg_temp.list_reviews((select sold from made), ordering => 'best')$$, 'INVALID_ORDERING', 'An unknown ordering');
select tests.raises($$select pg_temp.list_reviews((select sold from made), rating => 6)$$, 'VALIDATION_ERROR', 'six stars');
select tests.raises($$select pg_temp.list_reviews((select draft from made))$$, 'COURSE_NOT_FOUND', 'A draft has no reviews for a visitor');
select tests.raises($$select pg_temp.list_reviews(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'like a course that is nowhere');

select tests.act_as('student3');
select is((pg_temp.list_reviews((select sold from made)) ->> 'count')::integer, 11, 'Who wrote the hidden one finds the same list as everybody');
select tests.act_as('student1');
select is((pg_temp.list_reviews((select sold from made), ordering => '-created_at') #>> '{results,0,is_own}')::boolean, true, 'and knows the own one');
select tests.act_as('ada');
select is((pg_temp.list_reviews((select draft from made)) ->> 'count')::integer, 0, 'Ada opens the empty list of her draft');

select * from finish();

rollback;
