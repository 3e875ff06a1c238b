begin;

select plan(12);

select tests.sign_up('eve');
create temporary table made on commit drop as
select tests.create_course('ada', 'Bootcamp', 8999, lessons => 9) as sold, tests.create_course('ada', 'Draft', publish => false) as draft;
grant select on made to public;
update public.courses set original_price_cents = 12999 where id = (select sold from made);

select tests.act_as_anon();
select is(
  (select to_jsonb(v) - array['id', 'instructor', 'thumbnail'] from public.v_course_cards v where v.slug = 'bootcamp'),
  '{"title": "Bootcamp", "slug": "bootcamp", "rating": 0, "rating_count": 0, "student_count": 0, "duration_hours": 1.5, "level": "beginner",
    "price": 89.99, "original_price": 129.99, "discount_percent": 30, "currency": "usd", "category": "Testing", "category_slug": "testing",
    "is_bestseller": false, "is_new": true, "is_featured": false}'::jsonb,
  'a visitor sees a card'
);
select is((select instructor ->> 'first_name' from public.v_course_cards), 'Ada', 'with the name of the teacher');
select is((select count(*) from public.v_course_cards), 1::bigint, 'and none of a draft');
select tests.act_as('eve');
select is((select count(*) from public.v_course_cards), 1::bigint, 'nor does Eve');
select tests.act_as('ada');
select is((select count(*) from public.v_course_cards), 2::bigint, 'Ada sees hers');
select tests.is_denied($$update public.v_course_cards set title = 'Hacked'  where slug = 'bootcamp'$$, 'and writes to no card');
select tests.is_denied($$delete from public.v_course_cards where slug = 'bootcamp'$$, 'nor throws one away');
select tests.act_as_service();
select tests.is_denied('select from public.v_course_cards', 'The secret key has no business with cards');

-- The badges end by themselves.
select tests.act_as_owner();
update public.courses set published_at = now() - interval '29 days' where id = (select sold from made);
select is((select is_new from public.v_course_cards where slug = 'bootcamp'), true, 'A course is new for thirty days');
update public.courses set published_at = now() - interval '30 days' where id = (select sold from made);
select is((select is_new from public.v_course_cards where slug = 'bootcamp'), false, 'and then no more');
update public.course_stats set bestseller_until = now() + interval '1 second' where course_id = (select sold from made);
select is((select is_bestseller from public.v_course_cards where slug = 'bootcamp'), true, 'A bestseller is one until its badge ends');
update public.course_stats set bestseller_until = now() where course_id = (select sold from made);
select is((select is_bestseller from public.v_course_cards where slug = 'bootcamp'), false, 'and then no more');

select * from finish();

rollback;
