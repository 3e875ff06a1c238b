-- Moves a course from the wishlist to the cart: the way back of save_for_later. Definer inside, as add_to_cart.
create function private.move_to_cart(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  refusal text;
begin
  if move_to_cart.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- The lock lets the second click see what the first has done.
  perform from public.carts c where c.id = cart for no key update;
  refusal := private.cart_refusal(caller, move_to_cart.course_id);
  if refusal is distinct from 'ALREADY_IN_CART' then
    perform private.refuse_course(refusal, move_to_cart.course_id);
    insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, move_to_cart.course_id);
    update public.carts c set updated_at = now() where c.id = cart;
  end if;
  delete from public.wishlists w where w.user_id = caller and w.course_id = move_to_cart.course_id;
  return private.cart_json(caller);
end
$$;

comment on function private.move_to_cart is 'The door behind public.move_to_cart.';

revoke execute on function private.move_to_cart from public, anon, authenticated, service_role;

grant execute on function private.move_to_cart to authenticated;

create function public.move_to_cart(course_id uuid)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.move_to_cart(course_id);

comment on function public.move_to_cart is
  'Puts a course into the caller''s cart and takes it off the wishlist, in one step; the same again changes nothing. Returns the cart as get_cart does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, CURRENCY_MISMATCH 409, CART_LIMIT_REACHED 422, VALIDATION_ERROR 422; the wishlist then stays as it is.';

revoke execute on function public.move_to_cart from public, anon, authenticated, service_role;

grant execute on function public.move_to_cart to authenticated;
