begin;

select plan(9);

select tests.make_admin('ruth');
select tests.make_moderator('mia');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold;
grant select on made to public;

select tests.act_as_anon();
select tests.is_denied($$select public.set_featured((select sold from made))$$, 'a visitor chooses nothing for the home page');
select tests.act_as('ada');
select tests.raises($$select public.set_featured((select sold from made))$$, 'FORBIDDEN', 'Ada does not choose herself');
select tests.act_as('mia');
select tests.raises($$select public.set_featured((select sold from made))$$, 'FORBIDDEN', 'nor does Mia choose');
select tests.act_as('ruth');
select is((public.set_featured((select sold from made)) ->> 'is_featured')::boolean, true, 'Ruth does');
select is((select is_featured from public.v_course_cards), true, 'and the card says so');
select is((public.set_featured((select sold from made), false) ->> 'is_featured')::boolean, false, 'She takes it back');
select tests.raises('select public.set_featured(gen_random_uuid())', 'COURSE_NOT_FOUND', 'A course that is nowhere');
select public.set_featured((select sold from made));
select tests.act_as('ada');
select public.archive_course((select sold from made));
select is((select is_featured from public.courses where id = (select sold from made)), false, 'A course that is put away leaves the home page');
select tests.act_as('ruth');
select is(
  (select count(*) from public.audit_log where table_name = 'courses' and after ? 'is_featured' and action = 'update' and actor_id = tests.user_id('ruth')), 3::bigint, 'It is written down who chose'
);

select * from finish();

rollback;
