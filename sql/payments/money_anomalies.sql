-- One row: money that does not fit. It grants nothing by itself and waits for a person.
create table private.money_anomalies (
  id bigint generated always as identity primary key,
  kind text not null check (kind ~ '^[a-z_]{3,60}$'),
  -- What it is about: an event, an intent, a line. The same thing is reported once, and again when it happens after it was resolved.
  subject text not null check (length(subject) <= 300),
  order_id uuid references public.orders (id)
    on delete restrict,
  details jsonb not null default '{}',
  created_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by uuid references public.profiles (id)
    on delete restrict,
  resolution text check (length(resolution) <= 1000),
  constraint money_anomalies_kind_subject_key unique (kind, subject)
);

comment on table private.money_anomalies is
  'What staff must look at: wrong amounts, double payments, lines that could not be given, warnings of fraud.';

create index money_anomalies_order_id_idx on private.money_anomalies (order_id); -- the foreign key
create index money_anomalies_resolved_by_idx on private.money_anomalies (resolved_by); -- the foreign key
create index money_anomalies_open_idx on private.money_anomalies (created_at) where resolved_at is null; -- staff's queue, health
alter table private.money_anomalies enable row level security;

-- No policy and no grant: private.report_anomaly writes, staff's functions read.
revoke all on table private.money_anomalies from public, anon, authenticated, service_role;

create function private.report_anomaly(
  kind text,
  subject text,
  order_id uuid default null,
  details jsonb default '{}'
)
returns void
language sql
volatile
security invoker
set search_path = ''
as $$
  insert into private.money_anomalies (kind, subject, order_id, details)
  values (report_anomaly.kind, report_anomaly.subject, report_anomaly.order_id, report_anomaly.details)
  on conflict on constraint money_anomalies_kind_subject_key do update
    set
      details = excluded.details,
      created_at = now(),
      resolved_at = null,
      resolved_by = null,
      resolution = null
    where money_anomalies.resolved_at is not null;
$$;

comment on function private.report_anomaly is
  'Puts something in front of staff, once until it is resolved. The audit log keeps what was said about it then.';

revoke execute on function private.report_anomaly from public, anon, authenticated, service_role;

create trigger audit
after update of resolved_at on private.money_anomalies
for each row
execute function private.audit('id', 'resolved_by', 'resolution');
