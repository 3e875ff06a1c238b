begin;

select plan(29);

select tests.sign_up('bob');
select tests.sign_up('eve');
delete from private.outbox where true;
create function pg_temp.owe(who text, key text, template text, preference text) returns void language sql as $$
  select private.enqueue_mail(template, tests.user_id(who), '{}', key, preference)
$$;
select pg_temp.owe('bob', '1', 'weekly_summary', 'weekly_summary');
select pg_temp.owe('bob', '2', 'price_fall', 'price_falls');
select pg_temp.owe('eve', '3', 'weekly_summary', 'weekly_summary');
select pg_temp.owe('bob', '4', 'receipt', null);
update private.outbox set next_attempt_at = next_attempt_at + interval '1 second' where template = 'receipt';
update private.outbox set next_attempt_at = next_attempt_at - interval '1 hour' where true;

select tests.act_as_service();
create temp table mail as
select m ->> 'template' as template, m ->> 'to' as reader, m ->> 'unsubscribe_token' as token, n
from jsonb_array_elements(public.claim_outbox(1) || public.claim_outbox()) with ordinality x (m, n);
grant select on mail to public;
select is((select template from mail where n = 1), 'receipt', 'a receipt goes before what nobody waits for');
select is((select token from mail where template = 'receipt'), null, 'and cannot be switched off');
select ok((select bool_and(token ~ '^[0-9a-f]{64}$') from mail where template <> 'receipt'), 'every other mail can');
select is((select count(distinct token) from mail where template <> 'receipt'), 3::bigint, 'a token each person and kind');
select tests.act_as_owner();
select is((select count(*) from mail where token like '%' || replace(tests.user_id('bob')::text, '-', '') || '%'), 0::bigint, 'that does not name the person');
select is(
  private.unsubscribe_token(tests.user_id('bob'), 'weekly_summary'), (select token from mail where template = 'weekly_summary' and reader = 'bob@people.test'),
  'and is the same in every mail'
);

-- Bob asks, and then does it.
update private.outbox set state = 'pending', sent_at = null, next_attempt_at = now() where true;
select tests.act_as_service();
create temp table t as select token from mail where template = 'weekly_summary' and reader = 'bob@people.test';
grant select on t to public;
select is(public.unsubscribe(token, dry_run => true), '{"preference": "weekly_summary", "was_on": true}', 'asking says what the link is for') from t;
select tests.act_as('bob');
select is((select weekly_summary from public.notification_preferences), true, 'and changes nothing');
select tests.act_as_service();
select is(public.unsubscribe(token), '{"preference": "weekly_summary", "was_on": true}', 'one click ends these mails') from t;
select is(public.unsubscribe(token), '{"preference": "weekly_summary", "was_on": false}', 'another one changes nothing') from t;
select tests.act_as('bob');
select is((select array[weekly_summary, review_replies, price_falls] from public.notification_preferences), '{f,t,t}', 'only these');
select tests.act_as('eve');
select is((select weekly_summary from public.notification_preferences), true, 'and only his');
select tests.act_as_owner();
select is((select string_agg(state::text, ',' order by dedupe_key) from private.outbox), 'dropped,pending,pending,pending', 'what was still owed of them is dropped');
select is(
  (select array_agg(before || after) from public.audit_log where table_name = 'notification_preferences'), array['{"weekly_summary": false}'::jsonb], 'the log has it, once'
);

-- Wishes are asked again when the mail is sent.
select pg_temp.owe('bob', '5', 'weekly_summary', 'weekly_summary');
select is((select count(*) from private.outbox where dedupe_key = '5'), 0::bigint, 'what he does not want is not owed');
select tests.act_as('bob');
update public.notification_preferences set price_falls = false where true;
select tests.act_as_service();
select is(
  (select string_agg(m ->> 'template', ',' order by m ->> 'template') from jsonb_array_elements(public.claim_outbox()) m), 'receipt,weekly_summary',
  'what he did not want in time is not sent'
);
select tests.act_as_owner();
select is((select state::text from private.outbox where template = 'price_fall'), 'dropped', 'but dropped');
select pg_temp.owe('eve', '6', 'price_fall', 'price_falls');
update public.profiles set is_active = false where id = tests.user_id('eve');
select tests.act_as_service();
select is(public.claim_outbox(), '[]', 'nor is anything to a closed account');

-- What is no token of ours.
select tests.raises('select public.unsubscribe(null)', 'UNSUBSCRIBE_LINK_INVALID', 'nothing is no link');
select tests.raises($$select public.unsubscribe('x')$$, 'UNSUBSCRIBE_LINK_INVALID', 'nor is anything');
select tests.raises($$select public.unsubscribe(repeat('0', 64))$$, 'UNSUBSCRIBE_LINK_INVALID', 'nor a guess');
select tests.raises($$select public.unsubscribe(left(token, 32) || repeat('0', 32)) from t$$, 'UNSUBSCRIBE_LINK_INVALID', 'nor half a guess');
select tests.raises($$select public.unsubscribe(upper(token)) from t$$, 'UNSUBSCRIBE_LINK_INVALID', 'nor the same in another spelling');
select tests.raises(
  $$select public.unsubscribe(left(a.token, 32) || right(b.token, 32)) from mail a, mail b
    where a.reader = 'bob@people.test' and a.template = 'weekly_summary' and b.reader = 'eve@people.test'$$,
  'UNSUBSCRIBE_LINK_INVALID', 'nor the links of two people together'
);
select lives_ok('select public.unsubscribe(token) from t', 'while the true one stays true');

select tests.act_as('bob');
select tests.is_denied('select public.unsubscribe(token) from t', 'people use the edge function');
select tests.is_denied('select from private.unsubscribe_keys', 'and see no key');
select tests.act_as_anon();
select tests.is_denied('select public.unsubscribe(token) from t', 'nor do visitors');

select tests.act_as_owner();
select private.erase_user(tests.user_id('bob'));
select tests.act_as_service();
select tests.raises('select public.unsubscribe(token) from t', 'UNSUBSCRIBE_LINK_INVALID', 'an erased person''s links mean nothing');

select * from finish();

rollback;
