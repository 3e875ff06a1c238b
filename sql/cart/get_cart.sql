-- The cart as its owner sees it. Definer inside: a course that was taken off sale must be shown as gone, not vanish.
create function private.cart_json(user_id uuid)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
-- Keys in an array are planned for anew each time.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  course_ids uuid[] := array(select i.course_id from public.cart_items i where i.user_id = cart_json.user_id);
  result jsonb;
begin
  -- private.to_amount, written out. offset 0: a currency is looked up once, not once an amount.
  with item as (
    select
      i.id, i.added_at, c.id as course_id, c.title, c.slug, c.thumbnail_path, c.currency, c.price_cents, c.original_price_cents,
      asked.refusal,
      case private.minor_unit_digits(c.currency) when 0 then 1 else 0.01 end as unit,
      jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) as instructor
    from
      unnest(course_ids, private.purchase_refusals(cart_json.user_id, course_ids)) asked (course_id, refusal)
      join public.cart_items i on i.user_id = cart_json.user_id and i.course_id = asked.course_id
      join public.courses c on c.id = i.course_id
      join public.profiles p on p.id = c.instructor_id
    offset 0
  ), total as (
    select
      jsonb_agg(
        jsonb_build_object(
          'id', i.id,
          'course', jsonb_build_object(
            'id', i.course_id, 'title', i.title, 'slug', i.slug,
            'price', i.price_cents * i.unit, 'original_price', i.original_price_cents * i.unit,
            'thumbnail', i.thumbnail_path, 'instructor', i.instructor
          ),
          'added_at', i.added_at,
          'is_available', i.refusal is null,
          'unavailable_reason', i.refusal
        )
        order by i.added_at, i.id
      ) as items,
      count(*) filter (where i.refusal is null) as lines,
      coalesce(min(i.currency), private.setting('currency')) as currency,
      coalesce(sum(i.price_cents) filter (where i.refusal is null), 0) as price_cents,
      coalesce(sum(coalesce(i.original_price_cents, i.price_cents)) filter (where i.refusal is null), 0) as original_price_cents
    from item i
  )
  select jsonb_build_object(
    'id', (select k.id from public.carts k where k.user_id = cart_json.user_id),
    'items', coalesce(t.items, '[]'),
    'total_items', t.lines,
    'total_price', t.price_cents * t.unit,
    'total_original_price', t.original_price_cents * t.unit,
    'total_discount', (t.original_price_cents - t.price_cents) * t.unit,
    'currency', t.currency
  )
  into result
  from (
    select x.*, case private.minor_unit_digits(x.currency) when 0 then 1 else 0.01 end as unit
    from total x
    offset 0
  ) t;
  return result;
end
$$;

comment on function private.cart_json is 'The JSON of get_cart for somebody.';

revoke execute on function private.cart_json from public, anon, authenticated, service_role;

create function private.get_cart()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.cart_json(private.require_user());
end
$$;

comment on function private.get_cart is 'The door behind public.get_cart.';

revoke execute on function private.get_cart from public, anon, authenticated, service_role;

grant execute on function private.get_cart to authenticated;

create function public.get_cart()
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.get_cart();
end
$$;

comment on function public.get_cart is
  'The caller''s cart at today''s prices: {id, items[{id, course{id, title, slug, price, original_price, thumbnail, instructor{id, first_name, last_name}}, added_at, is_available, unavailable_reason}], total_items, total_price, total_original_price, total_discount, currency}. Totals count what can be bought; unavailable_reason is COURSE_NOT_FOUND, OWN_COURSE or ALREADY_ENROLLED. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.get_cart from public, anon, authenticated, service_role;

grant execute on function public.get_cart to authenticated;
