-- Empties the caller's cart.
create function public.clear_cart()
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  delete from public.cart_items i where i.user_id = caller;
end
$$;

comment on function public.clear_cart is
  'Removes everything from the caller''s cart; answers 204, also when it was empty. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.clear_cart from public, anon, authenticated, service_role;

grant execute on function public.clear_cart to authenticated;
