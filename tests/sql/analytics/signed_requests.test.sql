begin;

select plan(41);

select tests.sign_up('acme');
select tests.sign_up('bob');
select tests.make_admin('ruth');
create temp table c as select tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Burning', publish => false) as draft;
grant select on c to public;

select tests.act_as('acme');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), 'HR', array[(select id from c)])$$, 'FORBIDDEN', 'a company does not make such a key for itself');
select tests.act_as('ruth');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), 'HR', '{}')$$, 'VALIDATION_ERROR', 'a key names its courses');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), 'HR', null)$$, 'VALIDATION_ERROR', 'always');
select tests.raises($$select public.create_company_key(gen_random_uuid(), 'HR', array[(select id from c)])$$, 'PROFILE_NOT_FOUND', 'and belongs to an account');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), 'HR', array[(select draft from c)])$$, 'COURSE_NOT_FOUND', 'a draft cannot be given');
select tests.raises($$select public.create_company_key(tests.user_id('acme'), ' ', array[(select id from c)])$$, 'VALIDATION_ERROR', 'a key has a name');
create temp table k as select public.create_company_key(tests.user_id('acme'), 'HR', array[id, id]) as made from c;
grant select on k to public;
select is((select made - 'id' - 'key' - 'key_prefix' - 'created_at' - 'expires_at' from k), (select jsonb_build_object('name', 'HR', 'scopes', '["enroll"]'::jsonb, 'course_ids', jsonb_build_array(id), 'seats', 100) from c), 'Ruth makes one for the company');
select tests.act_as('acme');
select is((select scopes from public.api_keys), '{enroll}', 'which sees what it may do');

-- What a program does: it hides the hash of its key under an HMAC that only this request has.
create function pg_temp.xor(a bytea, b bytea)
returns text
language sql
return (select string_agg(lpad(to_hex(get_byte(a, i) # get_byte(b, i)), 2, '0'), '' order by i) from generate_series(0, 31) i);

create function pg_temp.sign_with(client_key bytea, stored_key bytea, signed_at bigint, nonce text, method text default 'POST', path text default '/x', body text default '{}')
returns text
language sql
return pg_temp.xor(
  client_key,
  extensions.hmac(
    convert_to(concat_ws(E'\n', 'LF2-HMAC-SHA256', signed_at, nonce, method, path, encode(sha256(convert_to(body, 'UTF8')), 'hex')), 'UTF8'),
    stored_key, 'sha256'
  )
);

create function pg_temp.sign(key text, signed_at bigint, nonce text)
returns text
language sql
return pg_temp.sign_with(sha256(convert_to(key, 'UTF8')), sha256(sha256(convert_to(key, 'UTF8'))), signed_at, nonce);

create function pg_temp.now()
returns bigint
language sql
return floor(extract(epoch from now()))::bigint;

-- Signed well, then sent with whatever is said to be different.
create function pg_temp.send(made jsonb, nonce text, sent jsonb default '{}', signed_at bigint default pg_temp.now())
returns jsonb
language sql
return public.authenticate_signed_request(
  coalesce(sent ->> 'key_id', made ->> 'id')::uuid, coalesce((sent ->> 'signed_at')::bigint, signed_at),
  coalesce(sent ->> 'nonce', nonce), coalesce(sent ->> 'method', 'POST'), coalesce(sent ->> 'path', '/x'),
  encode(sha256(convert_to(coalesce(sent ->> 'body', '{}'), 'UTF8')), 'hex'),
  coalesce(sent ->> 'signature', pg_temp.sign(made ->> 'key', signed_at, nonce))
);
grant execute on function pg_temp.xor, pg_temp.sign_with, pg_temp.sign, pg_temp.now, pg_temp.send to public;

create function pg_temp.refuses(sent jsonb, code text, what text, signed_at bigint default pg_temp.now())
returns text
language sql
return tests.raises(format('select pg_temp.send(made, %L, %L, %s) from k', gen_random_uuid(), sent, signed_at), code, what);
grant execute on function pg_temp.refuses to public;

select tests.is_denied($$select pg_temp.send(made, 'nonce-of-sixteen') from k$$, 'people do not ask who signed');
select tests.act_as_service();
select is(
  pg_temp.send(made, 'nonce-of-sixteen'), jsonb_build_object('key_id', made -> 'id', 'user_id', tests.user_id('acme'), 'scopes', '["enroll"]'::jsonb),
  'a request that is signed well is let in'
) from k;
select tests.raises($$select pg_temp.send(made, 'nonce-of-sixteen') from k$$, 'REQUEST_REPLAYED', 'once');
select pg_temp.refuses('{"nonce": "another-nonce-of-20c"}', 'INVALID_SIGNATURE', 'the nonce is signed');
select pg_temp.refuses('{"method": "PUT"}', 'INVALID_SIGNATURE', 'so is the method');
select pg_temp.refuses('{"path": "/y"}', 'INVALID_SIGNATURE', 'so is the path');
select pg_temp.refuses('{"body": "{ }"}', 'INVALID_SIGNATURE', 'so is every byte of the body');
select pg_temp.refuses(jsonb_build_object('signed_at', pg_temp.now() + 1), 'INVALID_SIGNATURE', 'so is the time');
select pg_temp.refuses('{"signature": "zz"}', 'INVALID_SIGNATURE', 'nor is what is no number');
select pg_temp.refuses('{"signature": ""}', 'INVALID_SIGNATURE', 'no signature is none');
select pg_temp.refuses(jsonb_build_object('key_id', gen_random_uuid()), 'INVALID_SIGNATURE', 'an unknown key signs nothing');
-- A thief of a backup has the stored hash, and nothing else to hide under the mask.
select tests.act_as_owner();
create temp table backup as select decode(key_hash, 'hex') as stolen from public.api_keys where name = 'HR';
grant select on backup to public;
select tests.act_as_service();
select pg_temp.refuses(
  jsonb_build_object('nonce', 'nonce-of-the-thief', 'signature', pg_temp.sign_with(stolen, stolen, pg_temp.now(), 'nonce-of-the-thief')),
  'INVALID_SIGNATURE', 'what a backup holds signs nothing'
) from backup;
select pg_temp.refuses('{}', 'SIGNATURE_EXPIRED', 'after five minutes a request is stale', pg_temp.now() - 301);
select pg_temp.refuses('{}', 'SIGNATURE_EXPIRED', 'a clock that is ahead does not prolong it', pg_temp.now() + 302);
select pg_temp.refuses('{}', 'SIGNATURE_EXPIRED', 'a number that is no time is refused as well', 9223372036854775807);
select lives_ok($$select pg_temp.send(made, 'nonce-at-the-edge', '{}', pg_temp.now() - 299) from k$$, 'a slow clock is let in');

select tests.act_as_owner();
select is((select last_used_at from public.api_keys where name = 'HR'), now(), 'the use is written down');

select tests.act_as('bob');
select tests.raises($$select public.rotate_api_key((select made ->> 'id' from k)::uuid)$$, 'API_KEY_NOT_FOUND', 'Bob does not rotate it');
select tests.act_as('acme');
select tests.raises($$select public.rotate_api_key((select made ->> 'id' from k)::uuid, 169)$$, 'VALIDATION_ERROR', 'the overlap has an end');
create temp table successor as select public.rotate_api_key((made ->> 'id')::uuid) as made from k;
grant select on successor to public;
select is(
  (select array[s.made -> 'scopes', s.made -> 'course_ids', s.made -> 'name'] from successor s), (select array[k.made -> 'scopes', k.made -> 'course_ids', k.made -> 'name'] from k),
  'the company rotates it: the same rights'
);
select is(s.made ->> 'expires_at', k.made ->> 'expires_at', 'and not a day more: until when is the admin''s to say') from k, successor s;
select tests.raises($$select public.rotate_api_key((made ->> 'id')::uuid) from k$$, 'CONFLICT', 'A key has one successor');
select tests.act_as_service();
select isnt(pg_temp.send(k.made, 'nonce-of-the-old-1') ->> 'key_id', pg_temp.send(s.made, 'nonce-of-the-new-1') ->> 'key_id', 'for a while both work') from k, successor s;

select tests.act_as('acme');
select is((select count(*) from public.api_keys where expires_at <= now() + interval '24 hours'), 1::bigint, 'the old one ends within a day');
select public.revoke_api_key((made ->> 'id')::uuid) from k;
select tests.raises($$select public.rotate_api_key((select made ->> 'id' from k)::uuid)$$, 'API_KEY_NOT_FOUND', 'what is revoked has no successor');
select tests.act_as_service();
select pg_temp.refuses('{}', 'API_KEY_EXPIRED', 'and signs nothing more');
select tests.act_as_owner();
select is((select array_agg(subject) from private.rate_limits where bucket = 'signed_request'), array[tests.user_id('acme')::text], 'both keys were counted as one account');
update private.rate_limits set hits = 300 where bucket = 'signed_request';
select tests.act_as_service();
select tests.raises($$select pg_temp.send(made, 'nonce-too-many-00') from successor$$, 'RATE_LIMITED', 'which has its measure');
select tests.act_as('ruth');
create temp table prolonged as select public.rotate_api_key((made ->> 'id')::uuid, 0) as made from successor;
grant select on prolonged to public;
select cmp_ok((made ->> 'expires_at')::timestamptz, '>=', (select (made ->> 'expires_at')::timestamptz from successor), 'Ruth gives it its whole life again') from prolonged;
select tests.act_as_service();
select tests.raises($$select pg_temp.send(made, 'nonce-too-many-01') from prolonged$$, 'RATE_LIMITED', 'with the measure of the account');
select tests.act_as_owner();
select tests.make_admin('rita');
insert into public.api_keys (user_id, name, key_prefix, key_hash, expires_at)
select tests.user_id('rita'), 'Key ' || n, 'lf_00000000', repeat('0', 62) || lpad(n::text, 2, '0'), now() + interval '1 day' from generate_series(1, 9) n;
select tests.act_as('ruth');
select lives_ok($$select public.create_company_key(tests.user_id('rita'), 'Tenth', array[(select id from c)])$$, 'Ruth makes an account its tenth key');
select tests.raises($$select public.create_company_key(tests.user_id('rita'), 'Eleventh', array[(select id from c)])$$, 'API_KEY_LIMIT_REACHED', 'and not the eleventh, which its owner could not make either');
select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('acme');
select tests.act_as_service();
select tests.raises($$select pg_temp.send(made, 'nonce-of-nobody-0') from prolonged$$, 'ACCOUNT_DISABLED', 'keys end with their account');

select * from finish();

rollback;
