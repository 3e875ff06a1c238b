-- Splits an amount over weights so that the parts add up to it exactly: largest remainder, ties to the first.
create function private.spread_cents(amount bigint, weights bigint[])
returns bigint[]
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- Nearly always there is nothing to split, or one to have it all.
  if spread_cents.amount = 0 then
    return array_fill(0::bigint, array[coalesce(cardinality(spread_cents.weights), 0)]);
  elsif cardinality(spread_cents.weights) = 1 and spread_cents.weights[1] > 0 then
    return array[spread_cents.amount];
  end if;
  return (
    with line as (
      select w.position, w.weight, sum(w.weight) over () as total
      from unnest(spread_cents.weights) with ordinality as w (weight, position)
    ), floored as (
      select l.position,
        -- numeric: two amounts multiplied can exceed a bigint.
        coalesce(div(spread_cents.amount::numeric * l.weight, nullif(l.total, 0)), 0)::bigint as part,
        coalesce(mod(spread_cents.amount::numeric * l.weight, nullif(l.total, 0)), 0) as remainder
      from line l
    ), ranked as (
      select f.position, f.part, f.remainder, row_number() over (order by f.remainder desc, f.position) as rank,
        spread_cents.amount - sum(f.part) over () as missing
      from floored f
    )
    select coalesce(
      array_agg(r.part + case when r.rank <= r.missing and r.remainder > 0 then 1 else 0 end order by r.position), '{}'
    )
    from ranked r
  );
end
$$;

comment on function private.spread_cents is
  'Parts of amount in proportion to the weights, in their order. Both are whole minor units, not negative. Weights that are all 0 get nothing.';

revoke execute on function private.spread_cents from public, anon, authenticated, service_role;
