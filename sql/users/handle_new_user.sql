-- Makes the rows that belong to a new account. It never raises: a failing trigger would make sign-up impossible.
create function private.handle_new_user()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  zone text := coalesce(new.raw_user_meta_data ->> 'timezone', 'UTC');
begin
  -- Only names are taken from what the browser sent; a role in it means nothing.
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    left(btrim(coalesce(new.raw_user_meta_data ->> 'first_name', '')), 150),
    left(btrim(coalesce(new.raw_user_meta_data ->> 'last_name', '')), 150)
  )
  on conflict do nothing;

  insert into public.profile_private (user_id, email, timezone)
  values (new.id, left(coalesce(new.email, ''), 320), case when private.is_timezone(zone) then zone else 'UTC' end)
  on conflict do nothing;

  insert into public.profile_stats (user_id) values (new.id) on conflict do nothing;
  insert into public.carts (user_id) values (new.id) on conflict do nothing;
  return null;
end
$$;

comment on function private.handle_new_user is
  'Trigger on auth.users: profile, private data, sums and cart of a new account.';

revoke execute on function private.handle_new_user from public, anon, authenticated, service_role;

create trigger handle_new_user
after insert on auth.users
for each row
execute function private.handle_new_user();

-- Auth owns the address; this keeps the copy that the person and admins read.
create function private.mirror_email()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.profile_private p set email = left(coalesce(new.email, ''), 320) where p.user_id = new.id;
  return null;
end
$$;

comment on function private.mirror_email is
  'Trigger on auth.users: keeps profile_private.email equal to the address in Auth.';

revoke execute on function private.mirror_email from public, anon, authenticated, service_role;

create trigger mirror_email
after update of email on auth.users
for each row
when (old.email is distinct from new.email)
execute function private.mirror_email();
