-- Takes one line out of the caller's cart.
create function public.remove_from_cart(cart_item_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  delete from public.cart_items i where i.id = remove_from_cart.cart_item_id and i.user_id = caller;
  if not found then
    perform private.fail('CART_ITEM_NOT_FOUND', 404, 'There is no such line in your cart.');
  end if;
end
$$;

comment on function public.remove_from_cart is
  'Removes a line (its id, not the course''s) from the caller''s cart; answers 204. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, CART_ITEM_NOT_FOUND 404.';

revoke execute on function public.remove_from_cart from public, anon, authenticated, service_role;

grant execute on function public.remove_from_cart to authenticated;
