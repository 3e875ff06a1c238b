-- How many seconds a set of ranges covers.
create function private.covered_seconds(watched int4multirange)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- Nearly always nothing or one stretch.
  if isempty(covered_seconds.watched) then
    return 0;
  elsif covered_seconds.watched = int4multirange(range_merge(covered_seconds.watched)) then
    return upper(covered_seconds.watched) - lower(covered_seconds.watched);
  end if;
  return (select coalesce(sum(upper(r) - lower(r)), 0)::integer from unnest(covered_seconds.watched) as r);
end
$$;

comment on function private.covered_seconds is 'Sum of the lengths of the ranges.';

revoke execute on function private.covered_seconds from public, anon, authenticated, service_role;
