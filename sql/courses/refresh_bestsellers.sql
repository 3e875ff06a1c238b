-- Gives and takes the badge: the tenth of a category that most people enrolled in lately, ten people at least.
create function private.refresh_bestsellers()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  winners uuid[];
begin
  select coalesce(array_agg(r.course_id), '{}')
  into winners
  from (
    select c.id as course_id, n.enrollments,
      row_number() over (partition by c.category_id order by n.enrollments desc, c.id) as place,
      k.course_count
    from (
      select e.course_id, count(*) as enrollments
      from public.enrollments e
      where e.enrolled_at > now() - make_interval(days => private.setting_int('bestseller_window_days')) and e.status = 'active'
      group by e.course_id
      having count(*) >= 10
    ) n
    join public.courses c on c.id = n.course_id and c.is_published
    join public.categories k on k.id = c.category_id
  ) r
  where r.place <= ceil(r.course_count / 10.0);

  -- Who is busy keeps the badge, or waits for it, until the next round: the job waits for nobody.
  with free as (
    select s.course_id from public.course_stats s
    where s.course_id = any (winners) or s.bestseller_until is not null
    order by s.course_id
    for no key update skip locked
  )
  update public.course_stats s
  set bestseller_until = case when s.course_id = any (winners) then now() + interval '1 day' end
  from free f
  where s.course_id = f.course_id;
  return cardinality(winners);
end
$$;

comment on function private.refresh_bestsellers is
  'Job: renews the bestseller badges; returns how many. A badge ends a day after its last renewal.';

revoke execute on function private.refresh_bestsellers from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_bestsellers', 'select private.refresh_bestsellers()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
