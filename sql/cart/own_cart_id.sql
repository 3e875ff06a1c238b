-- Default of cart_items.cart_id: a client names the course only.
create function private.own_cart_id()
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select c.id from public.carts c where c.user_id = auth.uid());
end
$$;

comment on function private.own_cart_id is 'The cart of the caller, or null for nobody.';

revoke execute on function private.own_cart_id from public, anon, authenticated, service_role;

grant execute on function private.own_cart_id to authenticated;
