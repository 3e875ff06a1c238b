begin;

select plan(9);

select tests.sign_up('bob');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;

select tests.act_as_anon();
select is((select array_agg(course_id) from public.course_stats), (select array[sold] from made), 'a visitor sees the counters of what is on sale');
select tests.is_denied('update public.course_stats set rating_5 = 1000 where course_id is not null', 'and writes none');
select tests.act_as('ada');
select is((select count(*) from public.course_stats), 2::bigint, 'Ada sees those of her draft, too');
select tests.is_denied('update public.course_stats set student_count = 1000 where course_id is not null', 'and writes none');
select tests.is_denied($$insert into public.course_stats (course_id) select sold from made$$, 'and makes none');
select tests.is_denied('delete from public.course_stats where course_id is not null', 'and deletes none');

select tests.act_as_owner();
select tests.grant_access('bob', sold) from made;
insert into public.reviews (course_id, user_id, rating) select sold, tests.user_id('bob'), 4 from made;
select is(
  (select row(rating, rating_count, review_count, student_count)::text from public.course_stats where course_id = (select sold from made)), '(4.00,1,0,1)',
  'A rating without words counts as a rating, not as a review'
);
-- The numbers of the requirements: their mean is 4.7, and no counter can claim another.
update public.course_stats set rating_5 = 35000, rating_4 = 8000, rating_3 = 1500, rating_2 = 500, rating_1 = 280 where course_id = (select sold from made);
select is((select row(rating_count, rating)::text from public.course_stats where course_id = (select sold from made)), '(45280,4.70)', 'What follows from the distribution cannot disagree with it');
select tests.raises('update public.course_stats set rating = 5 where course_id is not null', '428C9', 'A rating cannot be typed');

select * from finish();

rollback;
