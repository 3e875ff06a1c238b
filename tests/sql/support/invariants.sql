-- Which rules about the whole of the data a change breaks. The change is undone.
create or replace function tests.invariants_broken_by(spoil text)
returns text[]
language plpgsql
as $$
declare
  names text[];
begin
  begin
    execute invariants_broken_by.spoil;
    select array_agg(distinct v.invariant order by v.invariant) into names from private.v_invariants v;
    raise sqlstate 'ZZ001';
  exception when sqlstate 'ZZ001' then
    return names;
  end;
end
$$;
