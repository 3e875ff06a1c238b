begin;

select plan(15);

select tests.sign_up('bob');
select tests.sign_up('eve');
create temp table course as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on course to public;

select tests.act_as('bob');
select lives_ok('select public.add_to_wishlist(sold) from course', 'Bob saves a course');
select lives_ok('select public.add_to_wishlist(sold) from course', 'saving it again is saving it once');
select is((select count(*) from public.wishlists), 1::bigint, 'so it is there once');
select tests.raises('select public.add_to_wishlist(draft) from course', 'COURSE_NOT_FOUND', 'a draft is not there for him');
select tests.raises('insert into public.wishlists (course_id) select draft from course', 'COURSE_NOT_FOUND', 'nor when he writes it himself');
select tests.is_denied('insert into public.wishlists (user_id, course_id) select tests.user_id(''eve''), sold from course', 'he does not save for Eve');
select tests.is_denied('update public.wishlists set added_at = now()', 'he does not rewrite a line');
select is(public.my_wishlist() #>> '{results,0,course,title}', 'Sold', 'he sees it on his list');
select is((public.my_wishlist() #>> '{results,0,course,in_cart}')::boolean, false, 'not in the cart yet');

select tests.act_as('eve');
select is_empty('select from public.wishlists', 'Eve does not see what Bob wants');
select tests.affects('delete from public.wishlists where true', 0, 'and does not take it off his list');

select tests.act_as_owner();
update public.courses set status = 'unpublished' where id = (select sold from course);
select tests.act_as('bob');
select is((public.my_wishlist() ->> 'count')::integer, 0, 'a course off sale is not shown');
select lives_ok('select public.remove_from_wishlist(sold) from course', 'Bob forgets it');
select is_empty('select from public.wishlists', 'and it is gone');

select tests.act_as_anon();
select tests.is_denied('select from public.wishlists', 'a visitor has no list');

select * from finish();

rollback;
