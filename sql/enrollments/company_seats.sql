-- One row: this company gives courses to this person. The rows are what its seats are counted by.
create table private.company_seats (
  company_id uuid not null references public.profiles (id)
    on delete restrict,
  -- As in company_invitations: with an account or without one, a person is the same row.
  email_hash bytea not null check (octet_length(email_hash) = 32),
  created_at timestamptz not null default now(),
  primary key (company_id, email_hash)
);

comment on table private.company_seats is
  'Whom a company has given courses to, as fingerprints of addresses: as many people as the seats of its key, however many lists and keys.';

create index company_seats_email_hash_idx on private.company_seats (email_hash); -- the erasure of a person
alter table private.company_seats enable row level security;

-- No policy and no grant: enroll_company_staff is the only door.
revoke all on table private.company_seats from public, anon, authenticated, service_role;

-- The caller holds the lock of the company: two lists at once could both take the last seat.
create function private.take_company_seat(key public.api_keys, email_hash bytea)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  if exists (
    select from private.company_seats s
    where s.company_id = (take_company_seat.key).user_id and s.email_hash = take_company_seat.email_hash
  ) then
    return true;
  end if;
  if (select count(*) from private.company_seats s where s.company_id = (take_company_seat.key).user_id) >= (take_company_seat.key).seats then
    return false;
  end if;
  insert into private.company_seats (company_id, email_hash)
  values ((take_company_seat.key).user_id, take_company_seat.email_hash);
  return true;
end
$$;

comment on function private.take_company_seat is
  'true when the company has a seat for this person, who has it then; false when the seats of the key are taken.';

revoke execute on function private.take_company_seat from public, anon, authenticated, service_role;
