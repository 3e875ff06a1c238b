-- Brings what a visitor collected before signing in into the cart of the account, and says what stayed outside.
create function private.merge_guest_cart(course_ids uuid[])
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  cart uuid := private.own_cart_id();
  course uuid;
  refusal text;
  added uuid[] := '{}';
  skipped jsonb := '[]';
begin
  if cardinality(merge_guest_cart.course_ids) > 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Too many courses at once.', '{"course_ids": "at most 100"}');
  end if;

  -- Between the question and the insert nobody else may change the cart.
  perform from public.carts c where c.id = cart for no key update;
  for course in
    select g.id
    from unnest(merge_guest_cart.course_ids) with ordinality as g (id, position)
    where g.id is not null
    group by g.id
    order by min(g.position)
  loop
    refusal := private.cart_refusal(caller, course);
    if refusal is null then
      insert into public.cart_items (cart_id, user_id, course_id) values (cart, caller, course);
      added := added || course;
    else
      skipped := skipped || jsonb_build_object('course_id', course, 'reason', refusal);
    end if;
  end loop;
  if added <> '{}' then
    update public.carts c set updated_at = now() where c.id = cart;
  end if;

  return jsonb_build_object('added', to_jsonb(added), 'skipped', skipped, 'cart', private.cart_json(caller));
end
$$;

comment on function private.merge_guest_cart is 'The door behind public.merge_guest_cart.';

revoke execute on function private.merge_guest_cart from public, anon, authenticated, service_role;

grant execute on function private.merge_guest_cart to authenticated;

create function public.merge_guest_cart(course_ids uuid[])
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.merge_guest_cart(course_ids);

comment on function public.merge_guest_cart is
  'After sign-in: puts the visitor''s courses (at most 100 ids) into the caller''s cart. Doing it twice is doing it once. Returns {added[course id], skipped[{course_id, reason}], cart}; reason is ALREADY_IN_CART, ALREADY_ENROLLED, OWN_COURSE, COURSE_NOT_FOUND, CURRENCY_MISMATCH or CART_LIMIT_REACHED. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

revoke execute on function public.merge_guest_cart from public, anon, authenticated, service_role;

grant execute on function public.merge_guest_cart to authenticated;
