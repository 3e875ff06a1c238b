-- One row: one reason why a student may study a course.
create type public.grant_source as enum ('purchase', 'free', 'coupon', 'gift', 'manual', 'company');

comment on type public.grant_source is 'Where access came from.';

create table private.access_grants (
  id uuid primary key default gen_random_uuid(),
  enrollment_id uuid not null references public.enrollments (id)
    on delete restrict,
  source public.grant_source not null,
  order_item_id uuid references public.order_items (id)
    on delete restrict,
  granted_by uuid references public.profiles (id)
    on delete restrict,
  reason text check (length(reason) <= 500),
  granted_at timestamptz not null default now(),
  expires_at timestamptz,
  suspended_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid references public.profiles (id)
    on delete restrict,
  revoke_reason text check (length(revoke_reason) <= 500),
  -- One line of an order gives access once, however often its payment is reported.
  constraint access_grants_order_item_id_key unique (order_item_id),
  constraint access_grants_purchase_has_order_item_check
    check (source != 'purchase' or order_item_id is not null)
);

comment on table private.access_grants is
  'Reasons for access. A student may study while at least one is live: not revoked, not suspended, not over. Rows are never deleted.';
comment on column private.access_grants.order_item_id is 'The paid line, when it was bought.';
comment on column private.access_grants.granted_by is 'The admin who gave it; null for the system.';
comment on column private.access_grants.suspended_at is
  'Since when it rests, because its payment is disputed.';
comment on column private.access_grants.revoked_by is 'The admin who took it; null for the system.';

create index access_grants_enrollment_id_idx on private.access_grants (enrollment_id);
create index access_grants_granted_by_idx on private.access_grants (granted_by)
where granted_by is not null;
create index access_grants_revoked_by_idx on private.access_grants (revoked_by)
where revoked_by is not null;

-- Two clicks on "enrol" give one free grant. A line of an order that costs nothing is a reason of its own: it rests and ends
-- with its order, and must not stand in the way of the next one.
create unique index access_grants_one_live_free_key on private.access_grants (enrollment_id)
where source = 'free' and order_item_id is null and revoked_at is null;

alter table private.access_grants enable row level security;

-- No policy and no grant: grant_access, revoke_grant, suspend_access and restore_access are the doors.
revoke all on table private.access_grants from public, anon, authenticated, service_role;

-- Keeps the state of enrolments true to their grants.
create function private.derive_access(enrollment_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Two changes of one enrolment must not overlook each other: the second waits here and then sees the first.
  perform from public.enrollments e where e.id = any (derive_access.enrollment_ids) order by e.id for no key update;

  update public.enrollments e
  set status = derived.status, access_ends_at = derived.access_ends_at
  from (
    select g.enrollment_id,
      case
        when bool_or(g.is_live) then 'active'
        when bool_or(g.is_suspended) then 'suspended'
        else 'revoked'
      end::public.enrollment_status as status,
      case when not bool_or(g.is_live and g.expires_at is null) then max(g.expires_at) filter (where g.is_live) end as access_ends_at
    from (
      select a.enrollment_id, a.expires_at,
        a.revoked_at is null and (a.expires_at is null or a.expires_at > now()) and a.suspended_at is null as is_live,
        a.revoked_at is null and (a.expires_at is null or a.expires_at > now()) and a.suspended_at is not null as is_suspended
      from private.access_grants a
      where a.enrollment_id = any (derive_access.enrollment_ids)
    ) g
    group by g.enrollment_id
  ) derived
  where e.id = derived.enrollment_id
    and (e.status, e.access_ends_at) is distinct from (derived.status, derived.access_ends_at);
end
$$;

comment on function private.derive_access is
  'Sets status and access_ends_at of these enrolments from their grants.';

create function private.derive_changed_access()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.derive_access((select array_agg(distinct c.enrollment_id) from changed c));
  return null;
end
$$;

comment on function private.derive_changed_access is
  'Trigger on access_grants: derives the enrolments of the changed grants.';

revoke execute
on function private.derive_access, private.derive_changed_access
from public, anon, authenticated, service_role;

create trigger derive_inserted_access
after insert on private.access_grants
referencing new table as changed
for each statement
execute function private.derive_changed_access();

create trigger derive_updated_access
after update on private.access_grants
referencing new table as changed
for each statement
execute function private.derive_changed_access();

-- What a person gave is audited; what was bought is told by its order.
create trigger audit_given
after insert on private.access_grants
for each row
when (new.granted_by is not null)
execute function private.audit('id', 'enrollment_id', 'source', 'expires_at', 'reason');

create trigger audit_changed
after update on private.access_grants
for each row
execute function private.audit('id', 'suspended_at', 'revoked_at', 'revoked_by', 'revoke_reason');
