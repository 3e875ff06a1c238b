begin;

select plan(27);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_admin('ruth');

select tests.act_as('bob');
select set_config('t.key', public.create_api_key('  Reports  ', 30)::text, true);
select matches(current_setting('t.key')::jsonb ->> 'key', '^lf_[0-9a-f]{40}$', 'Bob makes a key and sees it, this once');
select is((select name from public.api_keys), 'Reports', 'it is in his list');
select is((select key_prefix from public.api_keys), left(current_setting('t.key')::jsonb ->> 'key', 11), 'by its beginning');
select is((select expires_at from public.api_keys), now() + interval '30 days', 'and ends by itself');
select tests.is_denied('select key_hash from public.api_keys', 'nobody reads the fingerprint');
select tests.is_denied('select * from public.api_keys', 'not by asking for everything either');
select tests.is_denied($$insert into public.api_keys (user_id, name, key_prefix, key_hash, expires_at) values (null, '', '', '', now())$$, 'keys are made by the door only');
select tests.is_denied($$update public.api_keys set expires_at = 'infinity' where true$$, 'and not prolonged');
select tests.is_denied('delete from public.api_keys where true', 'nor deleted: the log survives');
select tests.raises($$select public.create_api_key('')$$, 'VALIDATION_ERROR', 'a key has a name');
select tests.raises($$select public.create_api_key('x', 366)$$, 'VALIDATION_ERROR', 'and an end');
select tests.raises($$select public.create_api_key('x', null)$$, 'VALIDATION_ERROR', 'always');

select tests.act_as('eve');
select is_empty('select id from public.api_keys', 'Eve does not see it');
select tests.raises($$select public.revoke_api_key((current_setting('t.key')::jsonb ->> 'id')::uuid)$$, 'API_KEY_NOT_FOUND', 'nor can she end it');
select tests.raises('select public.revoke_api_key(gen_random_uuid())', 'API_KEY_NOT_FOUND', 'it is to her like a random id');
select tests.act_as('ruth');
select is((select count(id) from public.api_keys), 1::bigint, 'Ruth sees it');
select tests.raises($$select public.rotate_api_key((current_setting('t.key')::jsonb ->> 'id')::uuid)$$, 'API_KEY_NOT_FOUND', 'gets no successor, whose secret would act as Bob,');
select is(public.revoke_api_key((current_setting('t.key')::jsonb ->> 'id')::uuid) ->> 'is_active', 'false', 'and ends it');
select tests.act_as_service();
select lives_ok($$select public.revoke_api_key((current_setting('t.key')::jsonb ->> 'id')::uuid)$$, 'so does an edge function; twice is once');
select tests.act_as_anon();
select tests.is_denied($$select public.create_api_key('x')$$, 'a visitor has no keys');

select tests.act_as('bob');
select lives_ok($$select public.create_api_key('Key ' || n) from generate_series(1, 10) n$$, 'ten valid ones are allowed, the ended one does not count');
select tests.raises($$select public.create_api_key('One more')$$, 'API_KEY_LIMIT_REACHED', 'an eleventh is not');
select set_config('t.next', public.rotate_api_key((select id from public.api_keys where name = 'Key 1')) ->> 'id', true);
select is((select count(*) from public.api_keys where is_active and expires_at > now()), 11::bigint, 'while one is replaced, its successor works beside it');
select tests.raises($$select public.rotate_api_key((select id from public.api_keys where name = 'Key 1' and rotated_at is not null))$$, 'CONFLICT', 'a key has one successor');
select tests.raises($$select public.rotate_api_key((select id from public.api_keys where name = 'Key 2'))$$, 'API_KEY_LIMIT_REACHED', 'replacing is no way to have more and more');
select tests.raises($$select public.rotate_api_key(current_setting('t.next')::uuid)$$, 'API_KEY_LIMIT_REACHED', 'nor is replacing the successor');
select tests.act_as_owner();
select is(
  (select key_hash from public.api_keys where name = 'Reports'),
  encode(sha256(sha256(convert_to(current_setting('t.key')::jsonb ->> 'key', 'UTF8'))), 'hex'), 'what is kept is the fingerprint only'
);

select * from finish();

rollback;
