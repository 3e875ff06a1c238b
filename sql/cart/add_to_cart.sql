-- Puts a course into the caller's cart. Definer inside: it also answers for courses that the caller cannot see.
create function private.add_to_cart(course_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  cart uuid;
  refusal text;
  answer jsonb;
begin
  if add_to_cart.course_id is null then
    perform private.require_user();
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;

  -- One writer a cart at a time, so that the limit and the answer to a double click hold.
  update public.carts k
  set updated_at = now()
  from public.profiles p
  where k.user_id = caller and p.id = caller and p.is_active
  returning k.id into cart;
  -- Nobody, or a closed account: the error says which.
  if cart is null then
    perform private.require_user();
    -- It was opened again at this moment.
    select k.id into strict cart from public.carts k where k.user_id = caller for no key update;
  end if;

  refusal := private.cart_refusal(caller, add_to_cart.course_id);
  if refusal is not null then
    perform private.refuse_course(refusal, add_to_cart.course_id);
  end if;
  insert into public.cart_items as x (cart_id, user_id, course_id)
  values (cart, caller, add_to_cart.course_id)
  returning jsonb_build_object(
    'id', x.id,
    'course', (
      select jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug, 'price', private.to_amount(c.price_cents, c.currency)
      )
      from public.courses c
      where c.id = x.course_id
    ),
    'added_at', x.added_at
  )
  into answer;
  return answer;
end
$$;

comment on function private.add_to_cart is 'The door behind public.add_to_cart.';

revoke execute on function private.add_to_cart from public, anon, authenticated, service_role;

grant execute on function private.add_to_cart to authenticated;

create function public.add_to_cart(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.add_to_cart(course_id);
end
$$;

comment on function public.add_to_cart is
  'Puts a published course into the caller''s cart. Returns {id, course{id, title, slug, price}, added_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, OWN_COURSE 409, ALREADY_ENROLLED 409, ALREADY_IN_CART 409, CURRENCY_MISMATCH 409, CART_LIMIT_REACHED 422, VALIDATION_ERROR 422.';

revoke execute on function public.add_to_cart from public, anon, authenticated, service_role;

grant execute on function public.add_to_cart to authenticated;
