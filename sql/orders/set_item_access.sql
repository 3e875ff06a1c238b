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
  select * into strict item from public.order_items i where i.id = set_item_access.order_item_id for update;
  if item.access = set_item_access.access then
    return;
  end if;

  -- A grant that cannot come back leaves its line revoked.
  case set_item_access.access
    when 'granted' then
      if item.access = 'pending' then
        perform private.grant_access(
          user_id => (select o.user_id from public.orders o where o.id = item.order_id),
          course_id => item.course_id,
          source => case
            when item.price_cents = 0 then 'free'
            when item.total_cents = 0 then 'coupon'
            else 'purchase'
          end::public.grant_source,
          order_item_id => item.id
        );
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

  update public.order_items i set access = set_item_access.access where i.id = item.id;
end
$$;

comment on function private.set_item_access is
  'Moves what one paid line gives; other grants of the same course are not touched. reason: told to the student when access ends.';

revoke execute on function private.set_item_access from public, anon, authenticated, service_role;
