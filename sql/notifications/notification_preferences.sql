-- One row: which mail a person wants beyond what a contract needs.
create table public.notification_preferences (
  user_id uuid primary key references public.profiles (id)
    on delete restrict,
  weekly_summary boolean not null default true,
  review_replies boolean not null default true,
  updated_at timestamptz not null default now(),
  price_falls boolean not null default true
);

comment on table public.notification_preferences is
  'Mail that can be switched off. Receipts, refunds and access are always told.';
comment on column public.notification_preferences.user_id is 'Whose wishes.';
comment on column public.notification_preferences.weekly_summary is
  'A mail on Mondays about the week''s learning.';
comment on column public.notification_preferences.review_replies is
  'Mail when an instructor answers a review.';
comment on column public.notification_preferences.updated_at is 'Time of the last change.';
comment on column public.notification_preferences.price_falls is
  'Mail when a course on one''s wishlist or in one''s cart gets cheaper.';

alter table public.notification_preferences enable row level security;

revoke all on table public.notification_preferences from public, anon, authenticated, service_role;

grant select on table public.notification_preferences to authenticated;

grant update (weekly_summary, review_replies, price_falls)
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

-- What somebody wanted, and since when: asked about when a mail is called unwanted.
create trigger audit
after update on public.notification_preferences
for each row
execute function private.audit('user_id', 'weekly_summary', 'review_replies', 'price_falls');

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

-- Asked when a mail is owed, and again when it is sent: wishes change in between. Orders and payments of an erased
-- person go on being settled; nobody is there to be told.
create function private.wants_mail(user_id uuid, preference text)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if wants_mail.preference is null then
    return not exists (select from private.erasures e where e.user_id = wants_mail.user_id);
  end if;
  return exists (
    select
    from public.notification_preferences n join public.profiles p on p.id = n.user_id and p.is_active
    where n.user_id = wants_mail.user_id
      and case wants_mail.preference
        when 'weekly_summary' then n.weekly_summary
        when 'review_replies' then n.review_replies
        when 'price_falls' then n.price_falls
      end
  );
end
$$;

comment on function private.wants_mail is
  'true when somebody wants the mails of a preference. Mails without one are needed by a contract and always wanted, while there is somebody: who was erased is not written to.';

revoke execute on function private.wants_mail from public, anon, authenticated, service_role;
