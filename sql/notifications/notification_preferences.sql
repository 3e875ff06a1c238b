-- One row: which mail a person wants beyond what a contract needs.
create table public.notification_preferences (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  weekly_summary boolean not null default true,
  course_news boolean not null default true,
  review_replies boolean not null default true,
  updated_at timestamptz not null default now()
);

comment on table public.notification_preferences is
  'Mail that can be switched off. Receipts, refunds and access are always told.';
comment on column public.notification_preferences.user_id is 'Whose wishes.';
comment on column public.notification_preferences.weekly_summary is
  'A mail on Mondays about the week''s learning.';
comment on column public.notification_preferences.course_news is 'Mail about news of courses one studies.';
comment on column public.notification_preferences.review_replies is
  'Mail when an instructor answers a review.';
comment on column public.notification_preferences.updated_at is 'Time of the last change.';

alter table public.notification_preferences enable row level security;

revoke all on table public.notification_preferences from public, anon, authenticated, service_role;

grant select on table public.notification_preferences to authenticated;

grant update (weekly_summary, course_news, review_replies)
on table public.notification_preferences
to authenticated;
-- No insert: every profile gets its row from a trigger. No delete: the row goes with the account.

create policy select_own on public.notification_preferences
for select
to authenticated
using (user_id = (select auth.uid()));

create policy update_own on public.notification_preferences
for update
to authenticated
using (user_id = (select private.active_uid()))
with check (user_id = (select private.active_uid()));

create trigger touch_updated_at
before update on public.notification_preferences
for each row
execute function private.touch_updated_at();

create function private.create_notification_preferences()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into public.notification_preferences (user_id) values (new.id) on conflict do nothing;
  return null;
end
$$;

comment on function private.create_notification_preferences is
  'Trigger on profiles: everybody starts with the defaults.';

revoke execute
on function private.create_notification_preferences
from public, anon, authenticated, service_role;

create trigger create_notification_preferences
after insert on public.profiles
for each row
execute function private.create_notification_preferences();
