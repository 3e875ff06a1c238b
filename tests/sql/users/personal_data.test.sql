begin;

select plan(36);

-- Every column that refers to a person is in the register.
select is_empty(
  $$
    select c.conrelid::regclass || '.' || a.attname
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
    where c.contype = 'f' and c.connamespace in ('public'::regnamespace, 'private'::regnamespace)
      and c.confrelid in ('public.profiles'::regclass, 'auth.users'::regclass)
      and not exists (
        select from private.personal_data d
        where d.table_name::regclass = c.conrelid and d.user_column = a.attname and position('t.' || a.attname || ' = $1' in d.condition) > 0
      )
  $$,
  'every reference to a person is in the register'
);
select is_empty(
  $$
    select c.relname || '.' || a.attname
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not a.attisdropped
      and a.attname in ('user_id', 'student_id', 'owner_id', 'actor_id')
      and c.relname <> 'erasures'
      and not exists (select from private.personal_data d where d.table_name::regclass = c.oid and position('t.' || a.attname || ' = $1' in d.condition) > 0)
  $$,
  'so is every column that looks like one'
);
select is_empty(
  $$
    select d.table_name || '.' || h
    from private.personal_data d cross join unnest(d.hidden_columns) h
    where not exists (select from pg_attribute a where a.attrelid = d.table_name::regclass and a.attname = h and not a.attisdropped)
  $$,
  'what the register hides exists'
);
select is_empty(
  $$
    select d.table_name, c.relname
    from private.personal_data d
    join pg_class c on c.oid = d.table_name::regclass
    where not d.is_exported and d.user_column = 'user_id'
      and d.table_name not in ('private.idempotency_keys', 'private.review_cards')
  $$,
  'whatever belongs to a person is exported, except what only recognises repeated requests, and the copy of a review'
);

-- Bob with something everywhere, told by words that occur nowhere else.
select tests.sign_up('bob', '{"first_name": "Zebulon", "last_name": "Quixwick"}');
select tests.sign_up('eve');
select tests.make_instructor('ada');
select tests.make_admin('ruth');
select tests.act_as('bob');
select public.update_profile(bio => 'Quixwick was here', headline => 'Zebulon', phone => '+99 555 0123', country => 'Atlantis', avatar_path => tests.user_id('bob') || '/me.png');
select tests.act_as_owner();
insert into storage.objects (bucket_id, name, owner_id) values ('avatars', tests.user_id('bob') || '/me.png', tests.user_id('bob')::text);
create temporary table shop on commit drop as
select tests.create_course('ada', 'Sold course', 1999, 1) as sold, tests.create_course('ada', 'Free course', 0, 1) as free;
grant select on shop to authenticated;

select tests.act_as('bob');
select public.enroll_free((select free from shop));
select public.mark_lesson_complete(
  (select id from public.enrollments where course_id = (select free from shop)), (select id from public.lessons where course_id = (select free from shop))
);
select public.submit_review((select free from shop), 4, 'Fine', 'Would do it again.');
select public.add_to_cart((select sold from shop));
select public.create_order_from_cart(jsonb_build_object(
  'first_name', 'Zebulon', 'last_name', 'Quixwick', 'email', 'zebulon@quixwick.test', 'address_line1', 'Quixwick Lane 1',
  'address_line2', '', 'city', 'Lisbon', 'state', '', 'postal_code', '1000', 'country', 'PT', 'phone', '+99 555 0123'
));
select public.create_api_key('Program of Zebulon Quixwick');
select public.submit_contact('Zebulon Quixwick', 'zebulon@quixwick.test', 'Hello', 'It is me, Quixwick.');
select is(
  (select array_agg(key order by key) from jsonb_each(public.export_my_data() -> 'tables')),
  (select array_agg(distinct table_name order by table_name) from (select unnest(tests.exported_tables()) as table_name) t),
  'Bob gets every table that the register names'
);
select is(
  public.export_my_data() #>> '{tables,public.order_billing,0,last_name}', 'Quixwick', 'with what he wrote in them'
);
select is(jsonb_array_length(public.export_my_data() -> 'files'), 1, 'and the list of his files');
select ok(
  not public.export_my_data()::text like '%' || tests.email_of('eve') || '%', 'and nothing of anybody else'
);
select ok(public.export_my_data()::text not like '%key_hash%', 'and no secret');

select tests.raises($$select public.delete_my_account('somebody@else.test')$$, 'VALIDATION_ERROR', 'a slip of the finger ends no account');

select tests.act_as('ada');
select tests.raises(
  $$select public.delete_my_account(tests.email_of('ada'))$$, 'INSTRUCTOR_HAS_COURSES', 'Ada cannot leave her students alone'
);
select tests.act_as('ruth');
select tests.raises($$select public.delete_my_account(tests.email_of('ruth'))$$, 'CONFLICT', 'nor can the last admin leave');
select tests.act_as_anon();
select tests.is_denied($$select public.delete_my_account('x')$$, 'a visitor has no account to delete');

select tests.act_as_owner();
create temporary table before_erasure on commit drop as
select tests.user_id('bob') as bob, s.rating, s.rating_count, s.student_count, (select count(*) from public.orders) as orders
from public.course_stats s where s.course_id = (select free from shop);

-- A tablet that Bob has left open, an hour ago.
update auth.sessions set created_at = now() - interval '1 hour', updated_at = now() where user_id = tests.user_id('bob');
select tests.act_as('bob');
select tests.raises($$select public.delete_my_account(tests.email_of('bob'))$$, 'REAUTHENTICATION_REQUIRED', 'who has it in his hands does not end the account of Bob');
select lives_ok('select public.export_my_data()', 'though he is signed in');
-- The fresh session of somebody else is none of his.
select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || jsonb_build_object('session_id', md5('session of ' || tests.user_id('eve'))::uuid))::text, true);
select tests.raises($$select public.delete_my_account(tests.email_of('bob'))$$, 'REAUTHENTICATION_REQUIRED', 'nor does a session of Eve');
select set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb || '{"session_id": "none"}')::text, true);
select tests.raises($$select public.delete_my_account(tests.email_of('bob'))$$, 'REAUTHENTICATION_REQUIRED', 'or one that is none');

select tests.sign_in('bob');
select tests.act_as('bob');
select is(public.delete_my_account(upper(tests.email_of('bob'))) ->> 'message', 'The account is deleted.', 'Bob leaves');

select tests.act_as_owner();

-- Looks for a word in every text, json and array column of every table.
create function pg_temp.found(word text) returns setof text language plpgsql as $$
declare
  place record;
  hits bigint;
begin
  for place in
    select c.oid::regclass as relation, a.attname
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace, 'storage'::regnamespace)
      and a.attnum > 0 and not a.attisdropped
      and (a.atttypid in ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'json'::regtype, 'bpchar'::regtype, 'text[]'::regtype))
  loop
    execute format('select count(*) from %s where %I::text ilike $1', place.relation, place.attname) into hits using '%' || word || '%';
    if hits > 0 then return next place.relation || '.' || place.attname; end if;
  end loop;
end
$$;

select is_empty($$select pg_temp.found('quixwick')$$, 'his family name is nowhere');
select is_empty($$select pg_temp.found('zebulon')$$, 'nor his given name');
select is_empty($$select pg_temp.found('bob@people.test')$$, 'nor his address');
select is_empty($$select pg_temp.found('555 0123')$$, 'nor his number');
select isnt_empty($$select pg_temp.found('Would do it again')$$, 'the search does find things: his opinion stays');
select is_empty(
  $$select from auth.sessions where user_id = (select bob from before_erasure) union all select from auth.identities where user_id = (select bob from before_erasure)$$,
  'he is signed out everywhere'
);
select is(
  (select (s.rating, s.rating_count, s.student_count, (select count(*) from public.orders))::text from public.course_stats s where s.course_id = (select free from shop)),
  (select (rating, rating_count, student_count, orders)::text from before_erasure),
  'ratings, counts and the books are as before'
);
select is(
  (select state::text from public.orders where user_id = (select bob from before_erasure)), 'canceled', 'his open order is given up'
);
select is(
  (select folder from private.file_deletions where bucket_id = 'avatars'), (select bob::text from before_erasure), 'his picture waits to be deleted'
);
select lives_ok($$select private.erase_user(bob) from before_erasure$$, 'erasing twice is erasing once');
select lives_ok($$select tests.sign_up('bob')$$, 'the address is free again');

select tests.act_as_service();
select is(jsonb_array_length(public.claim_file_deletions()), 2, 'the worker gets the folders');

-- Xaver taught, Yolanda bought from him; both leave. What the books and her certificate keep is in the register.
select tests.act_as_owner();
select is_empty(
  $$
    select d.table_name || '.' || k
    from private.personal_data d cross join unnest(d.kept_columns) k
    where not exists (select from pg_attribute a where a.attrelid = d.table_name::regclass and a.attname = k and not a.attisdropped)
  $$,
  'what the register keeps exists'
);
select tests.sign_up('xaver', '{"first_name": "Xaverius", "last_name": "Jellinek"}');
select tests.sign_up('yolanda', '{"first_name": "Yolanda", "last_name": "Wurmbrand"}');
create temporary table kept as
select tests.create_course('xaver', 'Kept', 1999, 1) as course, tests.user_id('xaver') as xaver, tests.user_id('yolanda') as yolanda;
grant select on kept to public;
select tests.act_as('yolanda');
select public.add_to_cart(course) from kept;
create temporary table her_order as
select (public.create_order_from_cart(tests.billing() || '{"first_name": "Yolanda", "last_name": "Wurmbrand", "email": "yolanda@wurmbrand.test", "address_line1": "Wurmbrand Lane 1"}') ->> 'id')::uuid as id;
select tests.act_as_owner();
select tests.pay(id, 'pi_yolanda') from her_order;
select tests.act_as('yolanda');
select public.mark_lesson_complete(null, (tests.lesson_ids(course))[1]) from kept;
select tests.act_as('xaver');
select public.archive_course(course) from kept;
select public.delete_my_account(tests.email_of('xaver'));
select tests.act_as_owner();
create function pg_temp.registered() returns setof text language sql as $$
  select distinct regexp_replace(d.table_name, '^public\.', '') || '.' || k from private.personal_data d cross join unnest(d.kept_columns) k
$$;
-- The receipt was sent to her: a job forgets it.
delete from private.outbox where template = 'receipt';
select set_eq(
  $$select pg_temp.found('jellinek')$$, '{certificates.instructor_name,invoices.lines,order_items.instructor_name}'::text[],
  'Xaver is named by what belongs to his students'
);
select is_empty($$select pg_temp.found('jellinek') except select pg_temp.registered()$$, 'as the register says');
select tests.act_as('yolanda');
select public.delete_my_account(tests.email_of('yolanda'));
select tests.act_as_owner();
select set_eq($$select pg_temp.found('wurmbrand')$$, '{invoices.buyer}'::text[], 'Yolanda by her invoice');
select is_empty($$select pg_temp.found('wurmbrand') except select pg_temp.registered()$$, 'as the register says, too');
select is_empty($$select pg_temp.found('yolanda@wurmbrand.test')$$, 'without her address in the net');

select * from finish();

rollback;
