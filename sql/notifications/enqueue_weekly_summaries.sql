-- Owes everybody who learned last week, and wants it, a mail about it.
create function private.enqueue_weekly_summaries(today date default (now() at time zone 'UTC')::date)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  -- The week that ended last Sunday. Days are everybody's own.
  monday date := date_trunc('week', enqueue_weekly_summaries.today::timestamp)::date - 7;
  owed integer;
begin
  insert into private.outbox (template, user_id, payload, dedupe_key, preference)
  select 'weekly_summary', d.user_id,
    jsonb_build_object(
      'week_begins_on', monday, 'learning_days', count(*), 'seconds_learned', sum(d.seconds),
      'lessons_completed', (
        select count(*) from public.lesson_progress p
        where p.user_id = d.user_id
          and p.completed_at >= monday::timestamp at time zone 'UTC' and p.completed_at < (monday + 7)::timestamp at time zone 'UTC'
      )
    ),
    d.user_id || ' ' || monday, 'weekly_summary'
  from
    public.learning_days d
    join public.notification_preferences n on n.user_id = d.user_id and n.weekly_summary
    join public.profiles p on p.id = d.user_id and p.is_active
  where d.day >= monday and d.day < monday + 7
  group by d.user_id
  on conflict on constraint outbox_template_dedupe_key_key do nothing;
  get diagnostics owed = row_count;
  return owed;
end
$$;

comment on function private.enqueue_weekly_summaries is
  'Job: owes the mail weekly_summary for the week before the one of today, once a person; returns how many.';

revoke execute
on function private.enqueue_weekly_summaries
from public, anon, authenticated, service_role;

-- Every day, because only the first run of a week finds something to do.
insert into private.jobs (name, command, run_every)
values ('enqueue_weekly_summaries', 'select private.enqueue_weekly_summaries()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
