-- Default of cart_items.cart_id: a client names the course only.
create function private.own_cart_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select c.id from public.carts as c where c.user_id = (select auth.uid());
$$;

comment on function private.own_cart_id is 'The cart of the caller, or null for nobody.';

revoke execute on function private.own_cart_id from public, anon, authenticated, service_role;

grant execute on function private.own_cart_id to authenticated;
