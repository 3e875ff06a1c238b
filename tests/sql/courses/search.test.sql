begin;

select plan(15);

select tests.sign_up('bob');
insert into public.categories (name, slug) values ('Music', 'music');
create temporary table made on commit drop as
select tests.create_course('ada', 'Music theory') as theory, tests.create_course('ada', 'Draft music', publish => false) as draft;

create function pg_temp.search(q text, "type" text default null, page integer default 1, page_size integer default 20, facets boolean default false)
returns jsonb language sql as $$ select public.search(q, "type", page, page_size, facets)::jsonb $$;
grant execute on function pg_temp.search to public;

select tests.act_as_anon();
select is((select array_agg(k order by k) from jsonb_object_keys(pg_temp.search('music')) k), array['categories', 'courses', 'instructors'], 'One box searches everything');
select is((pg_temp.search('music') #>> '{courses,count}')::integer, 1, 'It finds what is on sale');
select is(pg_temp.search('music') #>> '{categories,results,0,slug}', 'music', 'the shelf');
select is(pg_temp.search('ada') #>> '{instructors,results,0,first_name}', 'Ada', 'the teacher');
select is(pg_temp.search('adda tester') #>> '{instructors,results,0,first_name}', 'Ada', 'with a typing error, too');
select is((pg_temp.search('bob') #>> '{instructors,count}')::integer, 0, 'but no student');
select is((select array_agg(k) from jsonb_object_keys(pg_temp.search('music', type => 'course')) k), array['courses'], 'Or courses only');
select is((select array_agg(k) from jsonb_object_keys(pg_temp.search('music', type => 'instructor')) k), array['instructors'], 'instructors only');
select is((select array_agg(k) from jsonb_object_keys(pg_temp.search('music', type => 'category')) k), array['categories'], 'categories only');
select is(pg_temp.search('music', page => 2) #> '{courses,results}', '[]', 'Page two of one course is empty');
select ok(pg_temp.search('music') -> 'courses' ?& array['count', 'total_pages', 'current_page', 'page_size', 'next', 'previous', 'results'], 'Each part is a page');
select tests.raises($$select pg_temp.search('')$$, 'VALIDATION_ERROR', 'Nothing is searched for nothing');
select tests.raises($$select pg_temp.search(repeat('a', 201))$$, 'SEARCH_QUERY_TOO_LONG', 'or for a novel');
select tests.raises($$select pg_temp.search('a', type => 'lesson')$$, 'VALIDATION_ERROR', 'or in a type that is not there');
select tests.act_as('ada');
select is((pg_temp.search('draft') #>> '{courses,count}')::integer, 0, 'Drafts are not found, whoever asks');

select * from finish();

rollback;
