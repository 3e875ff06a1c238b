-- Writes the sale of an order into the books: the money came, the platform and the instructors have their shares.
create function private.post_sale(order_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  o public.orders;
  item public.order_items;
  journal_id bigint;
  fee_cents bigint;
begin
  select * into strict o from public.orders x where x.id = post_sale.order_id;
  if o.total_cents = 0
    or exists (select from private.ledger_transactions t where t.order_id = o.id and t.kind = 'sale')
  then
    return;
  end if;

  insert into private.ledger_transactions (kind, currency, order_id)
  values ('sale', o.currency, o.id)
  returning id into journal_id;

  for item in select * from public.order_items i where i.order_id = o.id and i.total_cents > 0 order by i.position loop
    fee_cents := round((item.total_cents - item.tax_cents) * item.platform_fee_percent / 100.0);

    insert into private.ledger_entries (transaction_id, account_id, currency, amount_cents, order_item_id, available_at)
    select journal_id, private.ledger_account(side.kind, side.owner_id, o.currency), o.currency, side.amount_cents, item.id,
      case
        when side.kind = 'instructor_payable' then o.completed_at + make_interval(days => private.setting_int('payout_hold_days'))
        else o.completed_at
      end
    from (
      select 'stripe_cash'::private.ledger_account_kind as kind, null::uuid as owner_id, item.total_cents::bigint as amount_cents
      union all
      select 'tax_payable', null, -item.tax_cents
      union all
      select 'platform_revenue', null, -fee_cents
      union all
      select 'instructor_payable', s.user_id, -s.amount_cents
      from private.instructor_shares(item.course_id, item.instructor_id, item.total_cents - item.tax_cents - fee_cents) s
    ) side
    where side.amount_cents <> 0;
  end loop;
end
$$;

comment on function private.post_sale is
  'Posts the sale once: cash against fee, tax and the instructors'' shares, which become available after the hold.';

-- Who taught the course when it was sold, and how much of the amount is theirs.
create function private.instructor_shares(course_id uuid, owner_id uuid, amount_cents bigint)
returns table (user_id uuid, amount_cents bigint)
language sql
stable
security invoker
set search_path = ''
as $$
  with
    teacher as (
      select i.user_id, i.revenue_share_percent::bigint as share
      from public.course_instructors as i
      where i.course_id = instructor_shares.course_id and i.revenue_share_percent > 0
      union all
      -- Nobody has a share: the one who sold it has it all.
      select instructor_shares.owner_id, 100
      where
        not exists (
          select
          from public.course_instructors as i
          where i.course_id = instructor_shares.course_id and i.revenue_share_percent > 0
        )
    ),
    listed as (
      select array_agg(t.user_id order by t.user_id) as users, array_agg(t.share order by t.user_id) as shares
      from teacher as t
    )
  select part.user_id, part.amount_cents
  from
    listed as l,
    unnest(l.users, private.spread_cents(instructor_shares.amount_cents, l.shares)) as part (
      user_id,
      amount_cents
    );
$$;

comment on function private.instructor_shares is
  'The amount, split to the cent over the instructors of the course by their percentages.';

revoke execute
on function private.post_sale, private.instructor_shares
from public, anon, authenticated, service_role;
