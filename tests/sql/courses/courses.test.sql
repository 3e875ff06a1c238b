begin;

select plan(48);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select
  tests.create_course('ada', 'Sold') as sold,
  tests.create_course('ada', 'Draft', publish => false) as draft,
  tests.create_course('ada', 'Withdrawn') as withdrawn;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select unnest(array[sold, draft, withdrawn]), tests.user_id('kim') from made;
select tests.grant_access('bob', withdrawn) from made;
select tests.grant_access('bob', sold) from made;
update public.courses set status = 'unpublished' where id = (select withdrawn from made);

-- Who sees what.
select tests.act_as_anon();
select is((select array_agg(title) from public.courses), array['Sold'], 'a visitor sees what is on sale and nothing else');
select tests.act_as('eve');
select is((select array_agg(title) from public.courses), array['Sold'], 'Eve sees the same');
select tests.act_as('bob');
select is((select array_agg(title order by title) from public.courses), array['Sold', 'Withdrawn'], 'Bob still sees the withdrawn course he studies');
select tests.act_as('joe');
select is((select array_agg(title) from public.courses), array['Sold'], 'Joe, another instructor, sees no draft of Ada');
select tests.act_as('kim');
select is((select count(*) from public.courses), 3::bigint, 'Kim sees what she teaches with Ada');
select tests.act_as('mia');
select is((select count(*) from public.courses), 3::bigint, 'Mia, who moderates, sees every course');

-- Making a course.
select tests.act_as('eve');
select tests.is_denied($$insert into public.courses (title) values ('Eve explains')$$, 'Eve makes no course: she does not teach');
select tests.act_as('mia');
select tests.is_denied($$insert into public.courses (title) values ('Mia explains')$$, 'Moderating is not teaching');
select tests.act_as('joe');
select lives_ok($$insert into public.courses (title, price_cents, language) values ('Joe explains', 999, 'German')$$, 'Joe makes a course');
select lives_ok($$insert into public.courses (title) values ('Joe explains more') returning id$$, 'and may ask for the row back');
select is((select status::text from public.courses where title = 'Joe explains'), 'draft', 'It is a draft');
select is((select instructor_id from public.courses where title = 'Joe explains'), tests.user_id('joe'), 'and his');
select tests.is_denied($$insert into public.courses (title, instructor_id) values ('Forged', tests.user_id('ada'))$$, 'Joe makes none in the name of Ada');
select tests.is_denied($$insert into public.courses (title, status) values ('Born published', 'published')$$, 'No course is born published');
select tests.is_denied($$insert into public.courses (title, is_featured) values ('Born famous', true)$$, 'or famous');
select tests.is_denied($$insert into public.courses (title, published_at) values ('Born old', now())$$, 'or with a date of its choice');
select tests.raises($$insert into public.courses (title, price_cents) values ('Negative', -1)$$, '23514', 'A price is not negative');
select tests.raises($$insert into public.courses (title, price_cents, original_price_cents) values ('Odd sale', 2000, 1000)$$, '23514', 'A sale is cheaper than before');
select tests.raises($$insert into public.courses (title, preview_video_url) values ('Script', 'javascript:alert(1)')$$, '23514', 'A trailer is an https address');

-- Changing one.
select tests.act_as('joe');
select tests.affects($$update public.courses set title = 'Hacked' where slug = 'sold'$$, 0, 'Joe cannot rename the course of Ada');
select tests.act_as('bob');
select tests.affects($$update public.courses set title = 'Hacked' where slug = 'sold'$$, 0, 'nor can Bob, who studies it');
select tests.act_as('kim');
select tests.affects($$update public.courses set description = 'Better.' where slug = 'sold'$$, 1, 'Kim edits the words');
select tests.raises($$update public.courses set price_cents = 1 where slug = 'sold'$$, 'NOT_COURSE_OWNER', 'but does not touch the price');
select tests.act_as('ada');
select tests.affects($$update public.courses set price_cents = 1499 where slug = 'sold'$$, 1, 'Ada does');
select tests.act_as('ruth');
select tests.affects($$update public.courses set price_cents = 1599 where slug = 'sold'$$, 1, 'and so can Ruth');

select tests.act_as('ada');
select tests.is_denied($$update public.courses set status = 'published' where slug = 'draft'$$, 'Ada publishes through publish_course only');
select tests.is_denied($$update public.courses set is_featured = true where slug = 'sold'$$, 'and does not choose herself for the home page');
select tests.is_denied($$update public.courses set instructor_id = tests.user_id('joe') where slug = 'sold'$$, 'or give the course away by hand');
select tests.is_denied($$update public.courses set slug = 'other' where slug = 'sold'$$, 'or break its address');
select tests.is_denied($$update public.courses set last_updated = now() where slug = 'sold'$$, 'or pretend it is fresh');
select tests.raises($$update public.courses set discount_percent = 90 where slug = 'sold'$$, '428C9', 'or type a discount, which is counted');
select tests.is_denied($$update public.courses set currency = 'jpy' where slug = 'sold'$$, 'or change the currency');
select is((select price_cents from public.courses where slug = 'sold'), 1599, 'After all this the price is what Ruth set');

-- The discount is counted, and rounded down.
select tests.act_as_owner();
update public.courses set price_cents = 8999, original_price_cents = 12999 where slug = 'draft';
select is((select discount_percent from public.courses where slug = 'draft'), 30, '89.99 of 129.99 is 30 percent off');
update public.courses set original_price_cents = null where slug = 'draft';
select is((select discount_percent from public.courses where slug = 'draft'), 0, 'No sale, no discount');

-- last_updated is for buyers: words move it, prices do not.
update public.courses set last_updated = '2026-01-01' where slug in ('sold', 'draft');
update public.courses set price_cents = 1999 where slug = 'sold';
select is((select last_updated from public.courses where slug = 'sold'), '2026-01-01'::timestamptz, 'A new price makes no course fresh');
update public.courses set description = 'New words.' where slug = 'sold';
select is((select last_updated from public.courses where slug = 'sold'), now(), 'new words do');

-- Deleting one.
select tests.act_as('kim');
select tests.affects($$delete from public.courses where slug = 'draft'$$, 0, 'Kim deletes no course of Ada');
select tests.act_as('joe');
select tests.affects($$delete from public.courses where slug = 'draft'$$, 0, 'nor does Joe');
select tests.act_as('ada');
select tests.raises($$delete from public.courses where slug = 'sold'$$, 'COURSE_HAS_STUDENTS', 'Ada cannot delete what Bob studies');
select tests.affects($$delete from public.courses where slug = 'draft'$$, 1, 'but her draft');
select tests.act_as_owner();
select is_empty($$select from public.lessons where course_id = (select draft from made)$$, 'and its lessons go with it');
select tests.raises(
  $$delete from public.courses where slug = 'sold'$$, 'COURSE_HAS_STUDENTS', 'The owner of the database cannot, either: it is a truth, not a permission'
);

-- A closed account.
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('bob'));
select public.deactivate_user(tests.user_id('joe'));
select tests.act_as('bob');
select is((select array_agg(title) from public.courses), array['Sold'], 'With a closed account Bob sees only what visitors see');
select tests.act_as('joe');
select is_empty($$select from public.courses where title = 'Joe explains'$$, 'and Joe none of his drafts');
select tests.is_denied($$insert into public.courses (title) values ('Joe again')$$, 'and makes no new ones');

-- The history staff reads.
select tests.act_as('ruth');
select isnt_empty(
  $$select from public.audit_log where table_name = 'courses' and after ->> 'price_cents' = '1499' and actor_id = tests.user_id('ada')$$,
  'Ruth can look up who set which price'
);
select tests.act_as_service();
select tests.is_denied('select from public.courses', 'The secret key reads no table');

select * from finish();

rollback;
