-- Splits an amount over weights so that the parts add up to it exactly: largest remainder, ties to the first.
create function private.spread_cents(amount bigint, weights bigint[])
returns bigint[]
language sql
immutable
parallel safe
security invoker
set search_path = ''
as $$
  with
    line as (
      select w.position, w.weight, sum(w.weight) over () as total
      from unnest(spread_cents.weights) with ordinality as w (weight, position)
    ),
    floored as (
      select
        position,
        -- numeric: two amounts multiplied can exceed a bigint.
        coalesce(div(spread_cents.amount::numeric * weight, nullif(total, 0)), 0)::bigint as part,
        coalesce(mod(spread_cents.amount::numeric * weight, nullif(total, 0)), 0) as remainder
      from line
    ),
    ranked as (
      select
        position,
        part,
        remainder,
        row_number() over (order by remainder desc, position) as rank,
        spread_cents.amount - sum(part) over () as missing
      from floored
    )
  select
    coalesce(
      array_agg(
        part + case
          when rank <= missing
          and remainder > 0 then 1
          else 0
        end
        order by position
      ),
      '{}'
    )
  from ranked;
$$;

comment on function private.spread_cents is
  'Parts of amount in proportion to the weights, in their order. Both are whole minor units, not negative. Weights that are all 0 get nothing.';

revoke execute on function private.spread_cents from public, anon, authenticated, service_role;
