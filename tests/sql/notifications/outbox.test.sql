begin;

select plan(59);

select tests.sign_up('bob');
delete from private.outbox where true;
create function pg_temp.owe(key text, template text default 'receipt') returns void language sql as $$
  select private.enqueue_mail(template, tests.user_id('bob'), '{"order_number": "ORD-2099-00001"}', key)
$$;
create function pg_temp.later(seconds integer) returns void language sql security definer as $$
  update private.outbox o set next_attempt_at = o.next_attempt_at - make_interval(secs => later.seconds) where true
$$;
create function pg_temp.claim() returns jsonb language sql as $$ select public.claim_outbox() -> 0 $$;
grant execute on function pg_temp.claim, pg_temp.later to public;

select pg_temp.owe('order:1'), pg_temp.owe('order:1'), pg_temp.owe('order:1', 'refund');
select is((select count(*) from private.outbox), 2::bigint, 'one fact owes each mail once, and may owe two different ones');
select throws_ok($$select pg_temp.owe('order:2', 'advertisement')$$, '22P02', null, 'there are no other mails');

-- A mail never stops the story that owes it: whatever it is given, it fits.
create function pg_temp.fits(payload jsonb) returns text language plpgsql as $$
begin
  perform private.enqueue_mail('receipt', tests.user_id('bob'), payload, 'long');
  delete from private.outbox o where o.dedupe_key = 'long' returning o.payload into strict payload;
  return payload;
end
$$;
select is(pg_temp.fits('{"title": "Short", "total": 1.50, "none": null}'), '{"none": null, "title": "Short", "total": 1.50}', 'what is short enough stays as it is');
select is(length(pg_temp.fits(jsonb_build_object('reply', repeat('🎓', 5000)))::jsonb ->> 'reply'), 2000, 'a long text is cut between two characters');
select cmp_ok(
  jsonb_array_length(pg_temp.fits(jsonb_build_object('total', 10, 'items', (select jsonb_agg(jsonb_build_object('title', repeat('ß', 255), 'by', repeat('漢', 310), 'n', n)) from generate_series(1, 50) n)))::jsonb -> 'items'),
  '>=', 12, 'so are texts and lists in lists'
);
select is(pg_temp.fits((select jsonb_object_agg('field ' || n, repeat('x', 300)) from generate_series(1, 2000) n)), '{}', 'what cannot be cut is left out');

-- The worker takes, and tells.
select tests.act_as_service();
select set_config('t.claimed', public.claim_outbox()::text, true);
select is(jsonb_array_length(current_setting('t.claimed')::jsonb), 2, 'the worker claims what is due');
select is(
  (current_setting('t.claimed')::jsonb -> 0) - array['id', 'created_at'],
  '{"template": "receipt", "attempt": 1, "payload": {"order_number": "ORD-2099-00001"}, "to": "bob@people.test", "first_name": "Bob", "timezone": "UTC", "unsubscribe_token": null}',
  'with all it needs to write it'
);
select is(public.claim_outbox(), '[]', 'nobody claims it a second time');
select is(
  public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{0,id}')::bigint, 1) - 'id', '{"state": "sent", "settled": true}', 'one is sent'
);
select is(
  public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{1,id}')::bigint, 1, 'Mailbox busy') - 'id',
  '{"state": "pending", "settled": true}', 'the other one failed and is tried again'
);
select is(public.claim_outbox(), '[]', 'not at once');
select pg_temp.later(60);
select is((pg_temp.claim() ->> 'attempt')::integer, 2, 'but a minute later');
select is(public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{1,id}')::bigint, 1, 'Late') ->> 'settled', 'false', 'a worker that was too slow changes nothing');
select is(public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{1,id}')::bigint, 2, 'Busy') ->> 'state', 'pending', 'it fails again');
select pg_temp.later(60);
select is(public.claim_outbox(), '[]', 'and waits longer');
select pg_temp.later(60);
select is((pg_temp.claim() ->> 'attempt')::integer, 3, 'two minutes');

-- A worker that dies loses nothing.
select is(public.claim_outbox(), '[]', 'while it is claimed, it is claimed');
select pg_temp.later(120);
select is((pg_temp.claim() ->> 'attempt')::integer, 4, 'after the lease it comes back');

-- There is an end.
select tests.act_as_owner();
update private.outbox o set attempts = 8 where o.state = 'pending';
select tests.act_as_service();
select is(public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{1,id}')::bigint, 8, 'Never') ->> 'state', 'dead', 'after eight attempts it is given up');
select pg_temp.later(864000);
select is(public.claim_outbox(), '[]', 'for good');
select is(public.settle_outbox((current_setting('t.claimed')::jsonb #>> '{0,id}')::bigint, 1) ->> 'settled', 'false', 'what is settled is settled');
select tests.act_as_owner();
select is((select last_error from private.outbox where state = 'dead'), 'Never', 'and why it died can be read');
select pg_temp.owe('order:3');
select tests.act_as_service();
select is(public.settle_outbox((pg_temp.claim() ->> 'id')::bigint, 1, 'No such mailbox', true) ->> 'state', 'dead', 'an address that does not exist is not tried again');

-- The lease and the batch have bounds.
select tests.act_as_owner();
select pg_temp.owe('many:' || n) from generate_series(1, 150) n;
select tests.act_as_service();
select is(jsonb_array_length(public.claim_outbox(1000000)), 100, 'a worker takes a hundred at most');
select is(jsonb_array_length(public.claim_outbox(-5)), 1, 'and one at least');

-- Nobody else comes near.
select tests.act_as('bob');
select tests.is_denied('select public.claim_outbox()', 'Bob claims no mail');
select tests.is_denied('select public.settle_outbox(1, 1)', 'nor settles any');
select tests.is_denied('select from private.outbox', 'nor reads any');
select tests.is_denied($$select private.enqueue_mail('receipt', tests.user_id('bob'), '{}', 'x')$$, 'nor owes any');
select tests.act_as_anon();
select tests.is_denied('select public.claim_outbox()', 'nor does a visitor');

-- An account without an address.
select tests.act_as_owner();
update private.outbox o set state = 'dead' where o.state = 'pending';
update public.profile_private set email = '' where user_id = tests.user_id('bob');
select pg_temp.owe('order:4');
select tests.act_as_service();
select is(pg_temp.claim() ->> 'to', null, 'who left has no address: the worker gives up');
select is(jsonb_array_length(public.claim_outbox()), 0, 'once');

-- Who is erased while a mail waits: what was owed by a transaction that nobody saw is not sent.
select tests.act_as_owner();
select tests.sign_up('dora');
select private.enqueue_mail('receipt', tests.user_id('dora'), '{}', 'order:5');
insert into private.erasures (user_id) values (tests.user_id('dora'));
select tests.act_as_service();
select is(public.claim_outbox(), '[]', 'the worker is not given a mail to the erased');
select tests.act_as_owner();
select is((select state::text from private.outbox where dedupe_key = 'order:5'), 'dropped', 'it is dropped');

-- A person looks after the dead.
delete from private.outbox where true;
update public.profile_private set email = 'bob@people.test' where user_id = tests.user_id('bob');
select tests.make_admin('ruth');
select tests.make_moderator('mona');
delete from private.outbox where true;
select pg_temp.owe('dead:' || n) from generate_series(1, 3) n;
create temp table mail as select id, dedupe_key as key from private.outbox;
grant select on mail to public;
create function pg_temp.mail(key text) returns bigint language sql as $$ select m.id from mail m where m.key = mail.key $$;
grant execute on function pg_temp.mail to public;
update private.outbox set state = 'dead', attempts = 8, last_error = 'The server is away.' where dedupe_key <> 'dead:3';

select tests.act_as('bob');
select tests.raises('select public.list_dead_mails()', 'FORBIDDEN', 'Bob does not read what was given up');
select tests.raises($$select public.retry_mail(pg_temp.mail('dead:1'))$$, 'FORBIDDEN', 'nor has it sent, though it is his');
select tests.raises($$select public.drop_mail(pg_temp.mail('dead:1'))$$, 'FORBIDDEN', 'nor drops it');
select tests.act_as('mona');
select tests.raises('select public.list_dead_mails()', 'FORBIDDEN', 'nor does a moderator: addresses are personal');
select tests.raises($$select public.retry_mail(pg_temp.mail('dead:1'))$$, 'FORBIDDEN', 'who sends none');
select tests.raises($$select public.drop_mail(pg_temp.mail('dead:1'))$$, 'FORBIDDEN', 'and drops none');
select tests.act_as_anon();
select tests.is_denied('select public.list_dead_mails()', 'nor a visitor');
select tests.is_denied('select public.retry_mail(1)', 'who sends none');
select tests.is_denied('select public.drop_mail(1)', 'and drops none');

select tests.act_as('ruth');
select is(public.list_dead_mails() ->> 'count', '2', 'Ruth sees both');
select is(
  (public.list_dead_mails(page_size => 1) #> '{results,0}') - '{id,user_id,created_at}'::text[],
  '{"template": "receipt", "state": "dead", "to": "bob@people.test", "attempts": 8, "last_error": "The server is away."}',
  'the oldest first, and why it died'
);
select is(
  public.retry_mail(pg_temp.mail('dead:1')) @> '{"state": "pending", "attempts": 0, "last_error": "The server is away."}', true,
  'when the server is back she has one sent'
);
select tests.raises($$select public.retry_mail(pg_temp.mail('dead:1'))$$, 'MAIL_NOT_DEAD', 'once');
select is(public.drop_mail(pg_temp.mail('dead:2')) ->> 'state', 'dropped', 'the other one has nowhere to go');
select tests.raises($$select public.retry_mail(pg_temp.mail('dead:2'))$$, 'MAIL_NOT_DEAD', 'which is for good');
select tests.raises($$select public.drop_mail(pg_temp.mail('dead:3'))$$, 'MAIL_NOT_DEAD', 'what waits is the worker''s');
select tests.raises('select public.retry_mail(0)', 'MAIL_NOT_FOUND', 'and what is not there');
select tests.raises('select public.drop_mail(0)', 'MAIL_NOT_FOUND', 'is nobody''s');
select is(public.list_dead_mails() ->> 'count', '0', 'nothing waits for her any more');
select is(
  (select array_agg((before || after) ->> 'state' order by id) from public.audit_log where table_name = 'outbox' and actor_id = auth.uid()),
  '{pending,dropped}', 'what she decided is audited'
);
select tests.act_as_service();
select is((pg_temp.claim() ->> 'attempt')::integer, 1, 'the mail has all its attempts again');
select is(public.settle_outbox(pg_temp.mail('dead:1'), 1) ->> 'state', 'sent', 'and goes out');

-- Nothing is kept for ever.
select tests.act_as_owner();
select pg_temp.owe('old:' || n) from generate_series(1, 4) n;
update private.outbox o
set state = x.state::private.outbox_state, sent_at = case when x.state = 'sent' then now() end, next_attempt_at = now() - x.age
from (
  values ('old:1', 'dead', interval '29 days'), ('old:2', 'dead', '31 days'), ('old:3', 'sent', '89 days'), ('old:4', 'sent', '91 days')
) x (key, state, age)
where o.dedupe_key = x.key;
do $$
begin
  execute (select j.command from private.jobs j where j.name = 'sweep_outbox');
end
$$;
select is(
  (select array_agg(dedupe_key order by dedupe_key) from private.outbox where dedupe_key like 'old:%'), '{old:1,old:3}',
  'what was given up goes after a month, what was sent after three'
);
select is((select count(*) from private.outbox where state = 'pending'), 1::bigint, 'what waits, waits');

select * from finish();

rollback;
