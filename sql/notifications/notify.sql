-- The door to somebody's notifications. Only a job that tells thousands at a time, of one fact, writes them itself.
create function private.notify(user_id uuid, kind text, title text, body text, link text, dedupe_key text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.notify_each(
    notify.user_id, notify.kind, array[notify.title], notify.body, array[notify.link], array[notify.dedupe_key]
  );
end
$$;

comment on function private.notify is
  'Tells somebody something in the app. dedupe_key: the fact behind it, told once; null: every time. Who was erased is told nothing. Too long words are cut, because a notification never stops the story that sends it.';

-- The same about several facts at once.
create function private.notify_each(
  user_id uuid,
  kind text,
  titles text[],
  body text,
  links text[],
  dedupe_keys text[]
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  insert into public.notifications (user_id, kind, title, body, link, dedupe_key)
  select notify_each.user_id, notify_each.kind, left(n.title, 300), left(coalesce(notify_each.body, ''), 1000), n.link, n.dedupe_key
  from unnest(notify_each.titles, notify_each.links, notify_each.dedupe_keys) n (title, link, dedupe_key)
  -- What happens to the orders of an erased person is nobody's news.
  where not exists (select from private.erasures e where e.user_id = notify_each.user_id)
  on conflict on constraint notifications_user_id_dedupe_key_key do nothing;
end
$$;

comment on function private.notify_each is 'notify for each of the titles, with its link and its fact.';

revoke execute
on function private.notify, private.notify_each
from public, anon, authenticated, service_role;
