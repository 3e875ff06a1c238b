begin;

select plan(15);

select tests.sign_up('bob');
insert into public.categories (name, slug) values ('Music', 'music');
create temporary table made on commit drop as
select tests.create_course('ada', 'Music theory') as theory, tests.create_course('ada', 'Draft music', publish => false) as draft;

select tests.act_as_anon();
select is((select array_agg(k order by k) from jsonb_object_keys(public.search('music')) k), array['categories', 'courses', 'instructors'], 'One box searches everything');
select is((public.search('music') #>> '{courses,count}')::integer, 1, 'It finds what is on sale');
select is(public.search('music') #>> '{categories,results,0,slug}', 'music', 'the shelf');
select is(public.search('ada') #>> '{instructors,results,0,first_name}', 'Ada', 'the teacher');
select is(public.search('adda tester') #>> '{instructors,results,0,first_name}', 'Ada', 'with a typing error, too');
select is((public.search('bob') #>> '{instructors,count}')::integer, 0, 'but no student');
select is((select array_agg(k) from jsonb_object_keys(public.search('music', type => 'course')) k), array['courses'], 'Or courses only');
select is((select array_agg(k) from jsonb_object_keys(public.search('music', type => 'instructor')) k), array['instructors'], 'instructors only');
select is((select array_agg(k) from jsonb_object_keys(public.search('music', type => 'category')) k), array['categories'], 'categories only');
select is(public.search('music', page => 2) #> '{courses,results}', '[]', 'Page two of one course is empty');
select ok(public.search('music') -> 'courses' ?& array['count', 'total_pages', 'current_page', 'page_size', 'next', 'previous', 'results'], 'Each part is a page');
select tests.raises($$select public.search('')$$, 'VALIDATION_ERROR', 'Nothing is searched for nothing');
select tests.raises($$select public.search(repeat('a', 201))$$, 'SEARCH_QUERY_TOO_LONG', 'or for a novel');
select tests.raises($$select public.search('a', type => 'lesson')$$, 'VALIDATION_ERROR', 'or in a type that is not there');
select tests.act_as('ada');
select is((public.search('draft') #>> '{courses,count}')::integer, 0, 'Drafts are not found, whoever asks');

select * from finish();

rollback;
