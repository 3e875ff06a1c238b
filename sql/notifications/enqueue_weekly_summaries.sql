-- Owes everybody who learned last week, and wants it, a mail about it: once the week is over where the reader lives.
create function private.enqueue_weekly_summaries(at timestamptz default now())
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- No zone is further from here than a day: these two hold the weeks of all.
  first_day date := date_trunc('week', (enqueue_weekly_summaries.at at time zone 'UTC') - interval '1 day')::date - 7;
  last_day date := date_trunc('week', (enqueue_weekly_summaries.at at time zone 'UTC') + interval '1 day')::date - 1;
  owed integer;
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select 'weekly_summary', l.user_id,
    jsonb_build_object(
      'week_begins_on', l.monday, 'learning_days', l.days, 'seconds_learned', l.seconds,
      'lessons_completed', (
        select count(*) from public.lesson_progress p
        where p.user_id = l.user_id
          and p.completed_at >= l.monday::timestamp at time zone l.timezone
          and p.completed_at < (l.monday + 7)::timestamp at time zone l.timezone
      )
    ),
    l.user_id || ' ' || l.monday, 'weekly_summary'
  from (
    select d.user_id, x.timezone, w.monday, count(*) as days, sum(d.seconds) as seconds
    from
      public.learning_days d
      join public.profile_private x on x.user_id = d.user_id
      -- Until six on Monday morning it is still the night of Sunday: no telephone rings for this.
      cross join lateral (
        select date_trunc('week', (enqueue_weekly_summaries.at at time zone x.timezone) - interval '6 hours')::date - 7 as monday
      ) w
    where d.day between first_day and last_day and d.day between w.monday and w.monday + 6
    group by d.user_id, x.timezone, w.monday
  ) l
  where private.wants_mail(l.user_id, 'weekly_summary')
    -- All runs of a week but the first find these, and need not count lessons again.
    and not exists (
      select from private.outbox o where o.template = 'weekly_summary' and o.dedupe_key = l.user_id || ' ' || l.monday
    )
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
  get diagnostics owed = row_count;
  return owed;
end
$$;

comment on function private.enqueue_weekly_summaries is
  'Job: owes the mail weekly_summary for the last week that is over in the reader''s own time zone, from six on Monday morning on, once a person; returns how many.';

revoke execute
on function private.enqueue_weekly_summaries
from public, anon, authenticated, service_role;

-- Often, because Monday begins at another time in each zone.
insert into private.jobs (name, command, run_every)
values ('enqueue_weekly_summaries', 'select private.enqueue_weekly_summaries()', interval '1 hour')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
