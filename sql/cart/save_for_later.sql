-- Moves a course from the cart to the wishlist. It says how it shall be, so that doing it twice is doing it once.
create function public.save_for_later(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
begin
  -- It also refuses whoever is not signed in, or whose account is closed.
  perform public.add_to_wishlist(save_for_later.course_id);
  delete from public.cart_items i where i.user_id = caller and i.course_id = save_for_later.course_id;
  return public.get_cart();
end
$$;

comment on function public.save_for_later is
  'Puts a published course on the caller''s wishlist and takes it out of the cart, in one step; the same again changes nothing. Returns the cart as get_cart does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404 (the cart stays as it is), VALIDATION_ERROR 422.';

revoke execute on function public.save_for_later from public, anon, authenticated, service_role;

grant execute on function public.save_for_later to authenticated;
