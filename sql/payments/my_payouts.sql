-- The caller's payouts, latest first. Definer inside: payouts are closed to everybody.
create function private.my_payouts(page integer, page_size integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  page integer := private.clamp_page(my_payouts.page);
  page_size integer := private.clamp_page_size(my_payouts.page_size);
begin
  return private.page(
    (select count(*) from private.payouts p where p.instructor_id = caller), page, page_size,
    (
      select jsonb_agg(private.payout_json(x.id) order by x.created_at desc, x.id)
      from (
        select p.id, p.created_at
        from private.payouts p
        where p.instructor_id = caller
        order by p.created_at desc, p.id
        limit page_size offset (page - 1) * page_size
      ) x
    )
  );
end
$$;

comment on function private.my_payouts is 'The door behind public.my_payouts.';

revoke execute on function private.my_payouts from public, anon, authenticated, service_role;

grant execute on function private.my_payouts to authenticated;

create function public.my_payouts(page integer default 1, page_size integer default 20)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.my_payouts(page, page_size);
end
$$;

comment on function public.my_payouts is
  'Instructors: a page of the caller''s payouts, latest first: {count, total_pages, current_page, page_size, next, previous, results[{id, amount, currency, status (processing, sent, partly_sent, canceled), sent_amount, returned_amount, canceled_amount, is_automatic, created_at}]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.my_payouts from public, anon, authenticated, service_role;

grant execute on function public.my_payouts to authenticated;
