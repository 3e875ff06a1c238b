-- The caller's orders, latest first. Definer inside, for one plan that does not change with the role: it asks for the
-- orders of the caller and for nobody else's.
create function private.my_orders(status text, page integer, page_size integer)
returns json
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := auth.uid();
  -- private.clamp_page and private.clamp_page_size, written out.
  page integer := least(greatest(coalesce(my_orders.page, 1), 1), 1000000);
  page_size integer := least(greatest(coalesce(my_orders.page_size, 10), 1), 100);
  asked_status public.order_status;
  result json;
begin
  if my_orders.status is not null then
    if my_orders.status not in ('pending', 'completed', 'failed', 'refunded') then
      perform private.require_user();
      perform private.fail(
        'VALIDATION_ERROR', 422, 'There is no such status.', '{"status": "pending, completed, failed or refunded"}'
      );
    end if;
    asked_status := my_orders.status;
  end if;

  -- private.to_amount, private.page and the lines of private.order_json, written out: no function a line. json, because jsonb
  -- in jsonb is taken apart and put together again at every step.
  select json_build_object(
    'count', n.orders,
    'total_pages', n.pages,
    'current_page', page,
    'page_size', page_size,
    'next', case when page < n.pages then page + 1 end,
    'previous', case when page > 1 and n.orders > 0 then least(page - 1, n.pages) end,
    'results', coalesce((
      select json_agg(
        json_build_object(
          'id', o.id,
          'order_number', o.order_number,
          'status', o.status,
          'state', o.state,
          'created_at', o.created_at,
          'completed_at', o.completed_at,
          'expires_at', case when o.completed_at is null then o.expires_at end,
          'currency', o.currency,
          'total_amount', o.total_cents * o.unit,
          'refunded_amount', o.refunded_cents * o.unit,
          'items_count', l.lines,
          'items', coalesce(l.items, '[]')
        )
        order by o.created_at desc, o.id
      )
      from (
        select r.*, case private.minor_unit_digits(r.currency) when 0 then 1 else 0.01 end as unit
        from public.orders r
        where r.user_id = caller and (asked_status is null or r.status = asked_status)
        order by r.created_at desc, r.id
        limit page_size offset (page - 1) * page_size
      ) o
      cross join lateral (
        select count(*) as lines, json_agg(
          json_build_object(
            'id', i.id,
            'course', json_build_object('id', i.course_id, 'title', i.title, 'slug', i.slug, 'thumbnail', i.thumbnail_path),
            'instructor_name', i.instructor_name,
            'price_at_purchase', i.price_cents * o.unit,
            'discount_amount', i.discount_cents * o.unit,
            'total_amount', i.total_cents * o.unit,
            'refunded_amount', i.refunded_cents * o.unit,
            'access', i.access
          )
          order by i.position
        ) as items
        from public.order_items i
        where i.order_id = o.id
      ) l
    ), '[]')
  )
  into result
  from public.profiles p cross join (
    select count(*) as orders, (count(*) + page_size - 1) / page_size as pages
    from public.orders o
    where o.user_id = caller and (asked_status is null or o.status = asked_status)
  ) n
  where p.id = caller and p.is_active;
  -- Nobody, or a closed account: the error says which.
  if result is null then perform private.require_user(); end if;
  return result;
end
$$;

comment on function private.my_orders is 'The door behind public.my_orders.';

revoke execute on function private.my_orders from public, anon, authenticated, service_role;

grant execute on function private.my_orders to authenticated;

create function public.my_orders(
  status text default null,
  page integer default 1,
  page_size integer default 10
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return private.my_orders(status, page, page_size);
end
$$;

comment on function public.my_orders is
  'A page of the caller''s orders: results[{id, order_number, status, state, created_at, completed_at, expires_at, currency, total_amount, refunded_amount, items_count, items[…as get_order]}]. status: pending, completed, failed or refunded; page from 1; page_size 1 to 100, 10 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

revoke execute on function public.my_orders from public, anon, authenticated, service_role;

grant execute on function public.my_orders to authenticated;
