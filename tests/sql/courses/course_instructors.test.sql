begin;

select plan(33);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
select tests.make_instructor('lea');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('joe', 'Other') as other;
grant select on made to public;
create function pg_temp.shares() returns text language sql security definer as $$
  select string_agg(initcap(split_part(u.email, '@', 1)) || ' ' || i.revenue_share_percent, ', ' order by i.role, u.email)
  from public.course_instructors i join auth.users u on u.id = i.user_id
  where i.course_id = (select sold from made)
$$;
grant execute on function pg_temp.shares() to public;

select is(pg_temp.shares(), 'Ada 100', 'Whoever makes a course owns it whole');

select tests.act_as('ada');
select lives_ok(
  $$insert into public.course_instructors (course_id, user_id, revenue_share_percent) select sold, tests.user_id('kim'), 30 from made$$, 'Ada takes Kim in'
);
select is(pg_temp.shares(), 'Ada 70, Kim 30', 'and keeps what she does not give away');
select lives_ok($$insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('lea') from made$$, 'Lea helps for nothing');
select tests.affects(
  $$update public.course_instructors set revenue_share_percent = 20 where user_id = tests.user_id('lea')$$, 1, 'until Ada gives her a share'
);
select is(pg_temp.shares(), 'Ada 50, Kim 30, Lea 20', 'The shares make a hundred');
select tests.raises(
  $$update public.course_instructors set revenue_share_percent = 71 where user_id = tests.user_id('lea')$$, 'VALIDATION_ERROR', 'Nobody gives away more than there is'
);
select tests.affects(
  $$update public.course_instructors set revenue_share_percent = 0 where user_id = tests.user_id('ada') and course_id = (select sold from made)$$, 0,
  'The owner''s share is what is left, not what she types'
);
select tests.affects($$delete from public.course_instructors where user_id = tests.user_id('ada')$$, 0, 'Ada cannot leave her own course');
select tests.raises(
  $$insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('eve') from made$$, 'NOT_INSTRUCTOR', 'Eve cannot teach: she has not asked to'
);
select tests.raises(
  $$insert into public.course_instructors (course_id, user_id, role) select sold, tests.user_id('joe'), 'owner' from made$$, '23505', 'A course has one owner'
);
select tests.is_denied($$update public.course_instructors set role = 'owner' where user_id = tests.user_id('kim')$$, 'who changes by transfer_course only');
select tests.is_denied(
  $$insert into public.course_instructors (course_id, user_id) select other, tests.user_id('ada') from made$$, 'Ada does not let herself into the course of Joe'
);
select tests.is_denied('select revenue_share_percent from public.course_instructors', 'The table does not tell anybody the shares');

-- Kim edits, and does not rule.
select tests.act_as('kim');
select tests.is_denied(
  $$insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('joe') from made$$, 'Kim takes nobody in'
);
select tests.affects($$update public.course_instructors set revenue_share_percent = 99 where user_id = tests.user_id('kim')$$, 0, 'and gives herself no more');
select tests.affects($$delete from public.course_instructors where user_id = tests.user_id('lea')$$, 0, 'and throws nobody out');
select is((public.course_team((select sold from made)) #>> '{results,0,revenue_share_percent}')::integer, 50, 'but the team knows its shares');
select tests.affects($$delete from public.course_instructors where user_id = tests.user_id('kim')$$, 1, 'She may leave');
select is(pg_temp.shares(), 'Ada 80, Lea 20', 'and her share goes back to Ada');
select tests.raises($$select public.course_team((select sold from made))$$, 'NOT_COURSE_OWNER', 'From then on the shares are not her business');

select tests.act_as('joe');
select tests.is_denied(
  $$insert into public.course_instructors (course_id, user_id, role) select sold, tests.user_id('joe'), 'owner' from made$$, 'Joe does not make himself the owner'
);
select tests.affects($$delete from public.course_instructors where user_id = tests.user_id('lea')$$, 0, 'and throws nobody out');
select tests.raises($$select public.course_team((select draft from made))$$, 'COURSE_NOT_FOUND', 'The team of a draft is as unknown to him as the draft');

-- Who teaches is public.
select tests.act_as_anon();
select is(
  (select array_agg(role::text order by role) from public.course_instructors where course_id = (select sold from made)), array['owner', 'co_instructor'],
  'A visitor sees who teaches what is on sale'
);
select is_empty($$select course_id from public.course_instructors where course_id = (select draft from made)$$, 'but not who prepares a draft');
select tests.is_denied($$delete from public.course_instructors where user_id is not null$$, 'and throws nobody out');

select tests.act_as('ruth');
select tests.affects($$update public.course_instructors set revenue_share_percent = 10 where user_id = tests.user_id('lea')$$, 1, 'Ruth can settle a quarrel about shares');
select is(pg_temp.shares(), 'Ada 90, Lea 10', 'and the owner keeps the rest');
select tests.affects($$delete from public.course_instructors where user_id = tests.user_id('lea')$$, 1, 'or end it');
select isnt_empty(
  $$select from public.audit_log where table_name = 'course_instructors' and after ->> 'revenue_share_percent' = '10'$$, 'and it is written down'
);

-- Nobody teaches without hearing of it.
select tests.act_as('kim');
select is(
  (select array_agg(title || '. ' || body) from public.notifications where kind = 'course_team'), array['You teach Sold now. Your part of what its instructors earn: 30 percent.'],
  'Kim was told that she teaches, and for what'
);
select tests.act_as('ada');
select is_empty('select from public.notifications', 'Ada needs not be told what she did');

select * from finish();

rollback;
