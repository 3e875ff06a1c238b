-- A struck-through price has an end: one at which nobody could have bought any more is history, not a comparison.
create function private.end_old_sales()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  over uuid[];
begin
  -- A course that is busy has its turn in an hour: the job waits for nobody. A draft was never on sale: publish_course asks.
  over := array(
    select c.id from public.courses c
    where c.original_price_cents is not null and c.published_at is not null
      and c.original_price_cents > coalesce(private.highest_price_charged(c.id), 0)
    order by c.id
    for no key update skip locked
  );
  update public.courses c set original_price_cents = null where c.id = any (over);
  return cardinality(over);
end
$$;

comment on function private.end_old_sales is
  'Job: clears struck-through prices that were not charged in the last 90 days; returns of how many courses.';

revoke execute on function private.end_old_sales from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('end_old_sales', 'select private.end_old_sales()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
