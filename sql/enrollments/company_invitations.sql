-- One row: a company gives a course to somebody who has no confirmed account yet.
create table private.company_invitations (
  id uuid primary key default gen_random_uuid(),
  company_id uuid not null references public.profiles (id)
    on delete restrict,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  -- Who it is for, as a fingerprint: an address that has given us nothing is not kept.
  email_hash bytea not null check (octet_length(email_hash) = 32),
  reference text not null check (length(reference) between 1 and 100),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  -- On several lists, and still one place.
  constraint company_invitations_email_hash_key unique (email_hash, company_id, course_id)
);

comment on table private.company_invitations is
  'Places that wait for employees to sign up. Whoever confirms the address gets them; the row is then gone, so that each is given once.';

create index company_invitations_company_id_idx on private.company_invitations (company_id);
create index company_invitations_course_id_idx on private.company_invitations (course_id);
create index company_invitations_expires_at_idx on private.company_invitations (expires_at); -- the sweep
alter table private.company_invitations enable row level security;

-- No policy and no grant: enroll_company_staff invites, receive_company_invitations gives.
revoke all on table private.company_invitations from public, anon, authenticated, service_role;

-- One row: the secret of the fingerprints of addresses.
create table private.email_pepper (
  id boolean primary key default true check (id),
  secret bytea not null default extensions.gen_random_bytes(32) check (octet_length(secret) = 32)
);

comment on table private.email_pepper is
  'Without it whoever sees a fingerprint could try all addresses that people have.';

alter table private.email_pepper enable row level security;

-- No policy and no grant: private.email_hash is the only reader.
revoke all on table private.email_pepper from public, anon, authenticated, service_role;

create function private.email_hash(email text)
returns bytea
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  secret bytea := (select p.secret from private.email_pepper p);
begin
  if secret is null then
    insert into private.email_pepper default values on conflict do nothing returning email_pepper.secret into secret;
    if found then
      -- Fingerprints that were made before there was a secret are made anew with it.
      update private.company_invitations i set email_hash = extensions.hmac(i.email_hash, secret, 'sha256') where true;
    else
      select p.secret into strict secret from private.email_pepper p;
    end if;
  end if;
  return extensions.hmac(sha256(convert_to(lower(btrim(email_hash.email)), 'UTF8')), secret, 'sha256');
end
$$;

comment on function private.email_hash is
  'Fingerprint of an address, without regard to case and to blanks around it; nobody can make one without the secret, which the first call makes.';

-- Gives what waits for an address to the account that has proved to own it.
create function private.receive_company_invitations()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  invitation record;
  fingerprint bytea;
begin
  -- Here, where a failure is caught.
  fingerprint := private.email_hash(new.email);
  -- In the order of enroll_company_staff, so that the two never wait for each other in a circle.
  for invitation in
    with waiting as materialized (
      select i.id from private.company_invitations i
      where i.email_hash = fingerprint
      order by i.id
      for update
    ), claimed as (
      delete from private.company_invitations i
      where i.id in (select w.id from waiting w)
      returning i.company_id, i.course_id, i.reference, i.expires_at
    )
    select c.company_id, c.course_id, c.reference
    from claimed c join public.courses x on x.id = c.course_id and x.is_published
    where c.expires_at > now()
      -- The company still has the right to give it.
      and exists (
        select from public.api_keys k join public.profiles p on p.id = k.user_id and p.is_active
        where k.user_id = c.company_id and k.is_active and k.expires_at > now()
          and 'enroll' = any (k.scopes) and c.course_id = any (k.course_ids)
      )
      and not exists (select from public.course_instructors t where t.course_id = c.course_id and t.user_id = new.id)
    order by c.course_id
  loop
    perform private.grant_access(
      new.id, invitation.course_id, 'company', null, invitation.company_id, 'Company list ' || invitation.reference
    );
  end loop;
  return null;
exception
  when others then
    -- Nobody is kept from signing up; the company sends its list again.
    raise warning 'company invitations of % were not given: %', new.id, sqlerrm;
    return null;
end
$$;

comment on function private.receive_company_invitations is
  'Trigger on auth.users: a confirmed address gets the courses that companies have given to it. It never raises.';

revoke execute
on function private.email_hash, private.receive_company_invitations
from public, anon, authenticated, service_role;

-- Named to come after handle_new_user, which makes the profile.
create trigger receive_company_invitations
after insert or update of email, email_confirmed_at on auth.users
for each row
when (new.email_confirmed_at is not null and not new.is_sso_user)
execute function private.receive_company_invitations();

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_company_invitations',
    $$delete from private.company_invitations where id in (
        select id from private.company_invitations where expires_at < now() for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
