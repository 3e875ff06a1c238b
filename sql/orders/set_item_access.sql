-- The only caller of the doors to paid access: a line of an order gives its course, lets it rest or takes it back.
create function private.set_item_access(order_item_id uuid, access public.order_item_access, reason text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  item public.order_items;
begin
  select * into strict item from public.order_items i where i.id = set_item_access.order_item_id for no key update;
  if item.access = set_item_access.access then
    return;
  end if;

  -- A grant that cannot come back leaves its line revoked.
  case set_item_access.access
    when 'granted' then
      if item.access = 'pending' then
        perform private.lock_learner(o.user_id), private.grant_items(o, array[item.id])
        from public.orders o
        where o.id = item.order_id;
      elsif item.access = 'suspended' then
        perform private.restore_access(item.id);
      elsif item.access = 'revoked' and not private.reinstate_access(item.id, is_suspended => false) then
        return;
      end if;
    when 'suspended' then
      if item.access <> 'revoked' then
        perform private.suspend_access(item.id);
      elsif not private.reinstate_access(item.id, is_suspended => true) then
        return;
      end if;
    when 'revoked' then
      perform private.revoke_access(item.id, set_item_access.reason);
    else
      null;
  end case;

  update public.order_items i set access = set_item_access.access where i.id = item.id and i.access <> set_item_access.access;
end
$$;

comment on function private.set_item_access is
  'Moves what one paid line gives; other grants of the same course are not touched. reason: told to the student when access ends.';

-- Lines that were just paid give their courses, all at once. The caller holds private.lock_learner.
create function private.grant_items(o public.orders, order_item_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  lines uuid[];
  courses uuid[];
  sources public.grant_source[];
begin
  with line as (
    update public.order_items i
    set access = 'granted'
    where i.order_id = (o).id and i.id = any (grant_items.order_item_ids) and i.access <> 'granted'
    returning i.id, i.position, i.course_id, i.price_cents, i.total_cents
  )
  select array_agg(l.id order by l.position), array_agg(l.course_id order by l.position),
    array_agg(
      case when l.price_cents = 0 then 'free' when l.total_cents = 0 then 'coupon' else 'purchase' end::public.grant_source
      order by l.position
    )
  into lines, courses, sources
  from line l;
  if lines is not null then
    perform private.grant_courses((o).user_id, courses, sources, lines, null, null, null);
  end if;
end
$$;

comment on function private.grant_items is
  'Gives the courses of these lines of one order to its buyer and marks the lines as granted.';

revoke execute
on function private.set_item_access, private.grant_items
from public, anon, authenticated, service_role;
