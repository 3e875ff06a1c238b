-- One row: somebody changed something that staff must be able to explain later.
create table public.audit_log (
  id bigint generated always as identity primary key,
  happened_at timestamptz not null default now(),
  -- No foreign key: the log outlives whom and what it is about.
  actor_id uuid,
  actor_role text not null check (length(actor_role) <= 63),
  action text not null check (length(action) <= 20),
  table_name text not null check (length(table_name) <= 63),
  row_id text check (length(row_id) <= 200),
  before jsonb,
  after jsonb
);

comment on table public.audit_log is
  'What was changed, by whom and when: prices, roles, states, moderation. Append-only.';
comment on column public.audit_log.id is 'Order of the entries.';
comment on column public.audit_log.happened_at is 'Time of the transaction.';
comment on column public.audit_log.actor_id is 'The signed-in user, or null for the system.';
comment on column public.audit_log.actor_role is
  'Database role of the request: authenticated, service_role, postgres.';
comment on column public.audit_log.action is 'insert, update or delete.';
comment on column public.audit_log.table_name is 'Table of the change.';
comment on column public.audit_log.row_id is 'Primary key of the changed row, as text.';
comment on column public.audit_log.before is 'The watched columns before; null for an insert.';
comment on column public.audit_log.after is 'The watched columns after; null for a delete.';

create index audit_log_row_idx on public.audit_log (table_name, row_id, id desc); -- the history of one row
create index audit_log_actor_id_idx on public.audit_log (actor_id, id desc); -- what one person did
alter table public.audit_log enable row level security;

revoke all on table public.audit_log from public, anon, authenticated, service_role;

grant select on table public.audit_log to authenticated;
-- No insert, update or delete: private.audit is the only writer, and a log is never changed.

create policy select_as_admin on public.audit_log
for select
to authenticated
using ((select private.is_admin()) is true);

-- Writes the watched columns of a change. Arguments of the trigger: the column of the key, then the columns to watch.
create function private.audit()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
begin
  insert into public.audit_log (actor_id, actor_role, action, table_name, row_id, before, after)
  select
    (select auth.uid()), coalesce(nullif(current_setting('role', true), 'none'), session_user), lower(tg_op), tg_table_name,
    coalesce(new_row, old_row) ->> tg_argv[0], x.before, x.after
  from (
    select jsonb_object_agg(c, old_row -> c) filter (where old_row is not null) as before,
      jsonb_object_agg(c, new_row -> c) filter (where new_row is not null) as after
    from unnest(tg_argv[1:]) c
    where old_row is null or new_row is null or old_row -> c is distinct from new_row -> c
  ) x
  where coalesce(x.before, x.after) is not null;
  return null;
end
$$;

comment on function private.audit is
  'Trigger (after, each row): writes the changed ones of the watched columns to audit_log.';

revoke execute on function private.audit from public, anon, authenticated, service_role;
