-- One row: what others may see of a person.
create table public.profiles (
  -- No cascade: an account that leaves is anonymised, because orders, reviews and certificates stay.
  id uuid primary key references auth.users (id)
    on delete no action,
  first_name text not null default '' check (length(first_name) <= 150),
  last_name text not null default '' check (length(last_name) <= 150),
  headline text not null default '' check (length(headline) <= 150),
  bio text not null default '' check (length(bio) <= 5000),
  avatar_path text check (length(avatar_path) <= 300),
  is_instructor boolean not null default false,
  is_reviewer boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_avatar_path_in_own_folder_check
    check (
      split_part(avatar_path, '/', 1) = id::text
      and avatar_path ~ '^[^/]+/[^/]+$'
      and private.is_storage_path(avatar_path)
    )
);

comment on table public.profiles is
  'The public card of a person: instructors and authors of reviews are shown by it.';
comment on column public.profiles.id is 'The id of the account in Auth.';
comment on column public.profiles.first_name is 'Given name.';
comment on column public.profiles.last_name is 'Family name.';
comment on column public.profiles.headline is 'One line under the name, for example a profession.';
comment on column public.profiles.bio is 'About the person, plain text.';
comment on column public.profiles.avatar_path is
  'File in the bucket avatars, in the folder named by the id; null without a picture.';
comment on column public.profiles.is_instructor is 'Mirrors user_roles; kept by a trigger.';
comment on column public.profiles.is_reviewer is 'Has written a review that is shown; kept by a trigger.';
comment on column public.profiles.is_active is
  'False for a closed account: by its owner or by staff, who opens it again.';
comment on column public.profiles.created_at is 'Time of the sign-up.';
comment on column public.profiles.updated_at is 'Time of the last change.';

create index profiles_is_instructor_idx on public.profiles (id) where is_instructor; -- the policy and the search for instructors
create index profiles_instructor_name_trgm_idx on public.profiles using gin (
  (first_name || ' ' || last_name) extensions.gin_trgm_ops
)
where is_instructor; -- search for instructors
create index profiles_instructor_words_idx on public.profiles using gin (
  private.word_vector(first_name || ' ' || last_name)
)
where is_instructor; -- suggest
create index profiles_created_at_idx on public.profiles (created_at desc, id); -- staff's list of people
alter table public.profiles enable row level security;

revoke all on table public.profiles from public, anon, authenticated, service_role;

grant select (id, first_name, last_name, headline, bio, avatar_path, is_instructor, created_at)
on table public.profiles
to anon;

grant select on table public.profiles to authenticated;

grant update (first_name, last_name, headline, bio, avatar_path) on table public.profiles to authenticated;
-- No insert: the sign-up trigger makes the row. No delete: delete_my_account anonymises.
-- No update of is_instructor, is_reviewer, is_active: triggers and staff's functions keep them.

-- A plain student is invisible to others: no list of users can be made.
create policy select_public_cards on public.profiles
for select
to anon
using (is_instructor or is_reviewer);

create policy select_own_and_public_cards on public.profiles
for select
to authenticated
using (id = (select auth.uid()) or is_instructor or is_reviewer or (select private.is_staff()));

create policy update_own_or_as_admin on public.profiles
for update
to authenticated
using (id = (select private.active_uid()) or (select private.is_admin()))
with check (id = (select private.active_uid()) or (select private.is_admin()));

create trigger touch_updated_at
before update on public.profiles
for each row
execute function private.touch_updated_at();

create trigger audit
after update on public.profiles
for each row
execute function private.audit('id', 'is_active', 'is_instructor');
