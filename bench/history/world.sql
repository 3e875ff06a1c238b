-- What Stripe did and what it refused to do, each under the id that it gave or would have given: it gives no more back than was paid,
-- and what it has done it has not refused.
create table tests.stripe_deeds (
  id text primary key,
  payment_id uuid,
  cents bigint not null,
  is_refused boolean not null
);

-- Asked twice, it was done once.
create function tests.stripe_does(id text, payment_id uuid default null, cents bigint default 0)
returns boolean
language plpgsql
as $$
declare
  deed tests.stripe_deeds;
begin
  perform pg_advisory_xact_lock(hashtextextended('stripe', 0));
  select * into deed from tests.stripe_deeds d where d.id = stripe_does.id;
  if deed.id is not null then
    return not deed.is_refused;
  end if;
  if stripe_does.cents + (select coalesce(sum(d.cents), 0) from tests.stripe_deeds d where d.payment_id = stripe_does.payment_id)
    > (select p.amount_cents from public.payments p where p.id = stripe_does.payment_id)
  then
    return false;
  end if;
  insert into tests.stripe_deeds values (stripe_does.id, stripe_does.payment_id, stripe_does.cents, false);
  return true;
end
$$;

create function tests.stripe_refuses(id text)
returns boolean
language plpgsql
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stripe', 0));
  insert into tests.stripe_deeds values (stripe_refuses.id, null, 0, true) on conflict do nothing;
  return found;
end
$$;

-- The program of a company: what it keeps, and what it sends. See authenticate_signed_request.
create table tests.company_secrets (
  key_id uuid primary key,
  client_key bytea not null
);

create function tests.signed_request()
returns text[]
language plpgsql
as $$
declare
  company tests.company_secrets;
  signed_at constant text := floor(extract(epoch from now()));
  nonce constant text := replace(gen_random_uuid()::text, '-', '');
  mask bytea;
begin
  select * into company from tests.company_secrets order by random() limit 1;
  mask := extensions.hmac(
    convert_to(concat_ws(E'\n', 'LF2-HMAC-SHA256', signed_at, nonce, 'POST', '/company-enroll', repeat('0', 64)), 'UTF8'),
    sha256(company.client_key), 'sha256'
  );
  return array[
    company.key_id::text, signed_at, nonce, 'POST', '/company-enroll', repeat('0', 64),
    (select string_agg(lpad(to_hex(get_byte(mask, i) # get_byte(company.client_key, i)), 2, '0'), '' order by i) from generate_series(0, 31) i)
  ];
end
$$;
