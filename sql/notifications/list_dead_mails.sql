-- Admins: mails that the worker has given up, oldest first. Definer inside: the outbox is closed to everybody.
create function private.list_dead_mails(page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  page integer := private.clamp_page(list_dead_mails.page);
  page_size integer := private.clamp_page_size(list_dead_mails.page_size);
begin
  perform private.require_admin();
  return private.page(
    (select count(*) from private.outbox o where o.state = 'dead'), page, page_size,
    (
      select jsonb_agg(private.mail_json(x.id) order by x.id)
      from (
        select o.id from private.outbox o where o.state = 'dead' order by o.id limit page_size offset (page - 1) * page_size
      ) x
    )
  );
end
$$;

comment on function private.list_dead_mails is 'The door behind public.list_dead_mails.';

revoke execute on function private.list_dead_mails from public, anon, authenticated, service_role;

grant execute on function private.list_dead_mails to authenticated;

create function public.list_dead_mails(page integer default 1, page_size integer default 20)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.list_dead_mails(page, page_size);
end
$$;

comment on function public.list_dead_mails is
  'Admins: mails that were given up, after eight attempts or because the address was refused, oldest first: {count, total_pages, current_page, page_size, next, previous, results[{id, template, state, user_id, to (the address of the account, where it would go now), attempts, last_error, created_at}]}. They wait 30 days for retry_mail or drop_mail, then they go. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403.';

revoke execute on function public.list_dead_mails from public, anon, authenticated, service_role;

grant execute on function public.list_dead_mails to authenticated;

-- A mail, for showing to staff: not what it says.
create function private.mail_json(mail_id bigint)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select
    jsonb_build_object(
      'id',
      o.id,
      'template',
      o.template,
      'state',
      o.state,
      'user_id',
      o.user_id,
      'to',
      nullif(x.email, ''),
      'attempts',
      o.attempts,
      'last_error',
      o.last_error,
      'created_at',
      o.created_at
    )
  from
    private.outbox as o
    join public.profile_private as x on x.user_id = o.user_id
  where o.id = mail_json.mail_id;
$$;

comment on function private.mail_json is
  '{id, template, state, user_id, to, attempts, last_error, created_at}.';

revoke execute on function private.mail_json from public, anon, authenticated, service_role;
