-- Tells those who saved a course that it got cheaper: in the app, and by mail where they want it. In batches, a few
-- courses at a time, so that a course which a hundred thousand people wait for stops neither its author nor anybody else.
create function private.announce_price_falls(batch_size integer default 500, falls_at_once integer default 4)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  untrue bigint[];
  fall record;
  batch record;
  told_now integer := 0;
begin
  -- What is no longer true is not told: not to those who come next, and not by mails that have not left yet.
  untrue := array(
    select f.id
    from private.price_falls f join public.courses c on c.id = f.course_id
    where not f.is_withdrawn and f.begins_at > now() - interval '7 days'
      and not (c.is_published and c.price_cents <= f.price_cents and c.currency = f.currency)
    order by f.id
    for no key update of f
  );
  update private.price_falls f set is_withdrawn = true, ended_at = coalesce(f.ended_at, now()) where f.id = any (untrue);
  -- In the order in which who leaves, and who wants no more mail, takes them.
  perform from private.outbox o
  where o.state = 'pending' and o.preference = 'price_falls' and o.payload ->> 'fall_id' = any (untrue::text[])
  order by o.id
  for no key update;
  update private.outbox o
  set state = 'dropped'
  where o.state = 'pending' and o.preference = 'price_falls' and o.payload ->> 'fall_id' = any (untrue::text[]);

  -- The least told first, so that a small course does not wait for a famous one.
  for fall in
    select f.id, f.course_id, f.price_cents, f.currency, f.reached_user_id, c.title, c.slug
    from private.price_falls f join public.courses c on c.id = f.course_id
    where f.ended_at is null and f.begins_at <= now()
    order by f.told, f.id
    limit announce_price_falls.falls_at_once
    for no key update of f
  loop
    with saved as (
      -- In order of an index each, and the same person once: what counts is the price that was seen last.
      select s.user_id, max(s.added_at) as added_at
      from (
        select w.user_id, w.added_at from public.wishlists w
        where w.course_id = fall.course_id and (fall.reached_user_id is null or w.user_id > fall.reached_user_id)
        union all
        select i.user_id, i.added_at from public.cart_items i
        where i.course_id = fall.course_id and (fall.reached_user_id is null or i.user_id > fall.reached_user_id)
      ) s
      group by s.user_id
      order by s.user_id
      limit announce_price_falls.batch_size
    ), reader as (
      select s.user_id, n.price_falls as wants_mail, (
        select h.price_cents
        from public.course_price_history h
        where h.course_id = fall.course_id and h.currency = fall.currency and h.charged_from <= s.added_at
        order by h.charged_from desc, h.id desc
        limit 1
      ) as saved_at_cents
      from
        saved s
        join public.profiles p on p.id = s.user_id and p.is_active
        join public.notification_preferences n on n.user_id = s.user_id
      where private.purchase_refusal(s.user_id, fall.course_id) is null
    ), told as (
      insert into public.notifications (user_id, kind, title, body, link, dedupe_key)
      select r.user_id, 'price_fall', left(format('%s costs less now', fall.title), 300),
        format(
          '%s instead of %s.', private.price_text(fall.price_cents, fall.currency), private.price_text(r.saved_at_cents, fall.currency)
        ),
        '/courses/' || fall.slug, 'price_fall:' || fall.id
      from reader r
      where fall.price_cents < r.saved_at_cents
      on conflict on constraint notifications_user_id_dedupe_key_key do nothing
      returning user_id
    ), owed as (
      insert into private.outbox (template, user_id, payload, dedupe_key, preference)
      select 'price_fall', t.user_id,
        jsonb_build_object(
          'fall_id', fall.id, 'course_title', fall.title, 'course_slug', fall.slug, 'currency', fall.currency,
          'price', private.to_amount(fall.price_cents, fall.currency),
          'price_when_saved', private.to_amount(r.saved_at_cents, fall.currency)
        ),
        fall.id || ' ' || t.user_id, 'price_falls'
      from told t join reader r on r.user_id = t.user_id and r.wants_mail
      on conflict on constraint outbox_template_dedupe_key_key do nothing
    )
    select count(*) as seen, (array_agg(s.user_id order by s.user_id desc))[1] as last_seen, (select count(*) from told) as told
    into batch
    from saved s;

    update private.price_falls f
    set reached_user_id = coalesce(batch.last_seen, f.reached_user_id), told = f.told + batch.told,
      ended_at = case when batch.seen < announce_price_falls.batch_size then now() end
    where f.id = fall.id;
    told_now := told_now + batch.told;
  end loop;
  return told_now;
end
$$;

comment on function private.announce_price_falls is
  'Job: tells a batch of people for each of a few price falls; returns how many were told. Left out: who has or teaches the course, whoever saved it at this price or a lower one, and closed accounts. A price that rose again, or a course off sale, ends the telling and drops the mails that have not left.';

-- 49.99 USD; nothing is free.
create function private.price_text(cents integer, currency text)
returns text
language sql
immutable
security invoker
set search_path = ''
return case
  when price_text.cents = 0 then 'free'
  else concat_ws(
    ' ',
    private.to_amount(price_text.cents::bigint, price_text.currency),
    upper(price_text.currency)
  )
end;

comment on function private.price_text is 'A price in words of a notification.';

revoke execute
on function private.announce_price_falls, private.price_text
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('announce_price_falls', 'select private.announce_price_falls()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
