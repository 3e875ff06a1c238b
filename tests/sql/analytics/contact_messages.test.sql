begin;

select plan(24);

select tests.sign_up('bob');
select tests.make_moderator('mona');
create function pg_temp.write_to_us(n integer default 1) returns jsonb language sql as $$
  select public.submit_contact('Bob', 'bob@people.test', 'Question', 'How long is a course?')
$$;
grant execute on function pg_temp.write_to_us to public;
select set_config('request.headers', '{"x-forwarded-for": "198.51.100.7"}', true);

select tests.act_as_anon();
select is(pg_temp.write_to_us() ->> 'message', 'Your message was sent.', 'a visitor writes to us');
select tests.raises($$select public.submit_contact('', 'nobody', ' ', repeat('x', 5001))$$, 'VALIDATION_ERROR', 'nonsense is refused');
select tests.raises('select public.submit_contact(null, null, null, null)', 'VALIDATION_ERROR', 'so is nothing');
select is((select count(*) from generate_series(2, 5) n, lateral (select pg_temp.write_to_us(n)) x where x.write_to_us ? 'id'), 4::bigint, 'five an hour are taken');
select is(pg_temp.write_to_us() ->> 'code', 'RATE_LIMITED', 'the sixth is not');
select is(current_setting('response.status'), '429', 'and says so by its status');
select is(current_setting('response.headers')::jsonb -> 0 ->> 'Retry-After', '3600', 'with the time to wait');
select set_config('response.status', '', true), set_config('response.headers', '', true);
select set_config('request.headers', '{"x-forwarded-for": "203.0.113.1, 198.51.100.7"}', true);
select is(pg_temp.write_to_us() ->> 'code', 'RATE_LIMITED', 'a forged header is no other visitor');
select tests.act_as('bob');
select is(pg_temp.write_to_us() ->> 'message', 'Your message was sent.', 'who is signed in counts by himself');
select tests.act_as_owner();
select is((select hits from private.rate_limits where bucket = 'contact' and subject = 'visitors'), 5, 'all visitors together have a limit, too');
select is((select hits from private.rate_limits where bucket = 'contact' and subject = 'network 198.51.0.0/16'), 5, 'so have neighbours');
update private.rate_limits r set hits = 20 where r.subject = 'network 198.51.0.0/16';
select tests.act_as_anon();
select set_config('request.headers', '{"cf-connecting-ip": "198.51.7.7"}', true);
select is(pg_temp.write_to_us() ->> 'code', 'RATE_LIMITED', 'one who has all addresses of a network writes no more');
select set_config('request.headers', '{"cf-connecting-ip": "192.0.2.76"}', true);
select is(pg_temp.write_to_us() ->> 'message', 'Your message was sent.', 'and has not closed the form for the others');
select tests.act_as_owner();
update private.rate_limits r set hits = 1000 where r.subject = 'visitors';
select tests.act_as_anon();
select set_config('request.headers', '{"cf-connecting-ip": "192.0.2.77"}', true);
select is(pg_temp.write_to_us() ->> 'code', 'RATE_LIMITED', 'changing addresses does not help beyond it');

select tests.is_denied('select from public.contact_messages', 'a visitor reads no messages');
select tests.is_denied($$insert into public.contact_messages (name, email, subject, body) values ('x', 'x@y.z', 'x', 'x')$$, 'nor writes past the limit');
select tests.act_as('bob');
select is_empty('select from public.contact_messages', 'Bob reads none, not even his own');
select tests.is_denied($$insert into public.contact_messages (name, email, subject, body) values ('x', 'x@y.z', 'x', 'x')$$, 'nor writes past the limit');
select tests.act_as('mona');
select is((select count(*) from public.contact_messages), 7::bigint, 'Mona reads them');
select is((select count(*) from public.contact_messages where user_id = tests.user_id('bob')), 1::bigint, 'and sees who was signed in');
select tests.affects($$update public.contact_messages set status = 'done' where user_id is not null$$, 1, 'she ticks one off');
select tests.is_denied($$update public.contact_messages set body = 'I never said that' where true$$, 'but does not put words in a mouth');
select tests.is_denied('delete from public.contact_messages where true', 'and nothing is deleted');
select tests.act_as_owner();
select is(
  (select before || after from public.audit_log where table_name = 'contact_messages' and actor_id = tests.user_id('mona')), '{"status": "done"}', 'That she did is written down, and nothing of the letter'
);

select * from finish();

rollback;
