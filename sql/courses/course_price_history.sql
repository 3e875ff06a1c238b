-- One row: from this moment on the course was sold at this price.
create table public.course_price_history (
  id bigint generated always as identity primary key,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  price_cents integer not null check (price_cents >= 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  charged_from timestamptz not null default now()
);

comment on table public.course_price_history is
  'Prices at which a course was on sale: what makes a struck-through price honest, and the lowest price of 30 days known.';
comment on column public.course_price_history.id is 'Order of the entries.';
comment on column public.course_price_history.course_id is 'The course.';
comment on column public.course_price_history.price_cents is 'Price in minor units.';
comment on column public.course_price_history.currency is 'Lower-case ISO 4217.';
comment on column public.course_price_history.charged_from is 'Since when; it ends with the next entry.';

create index course_price_history_course_id_idx on public.course_price_history (course_id, charged_from desc);
alter table public.course_price_history enable row level security;

revoke all on table public.course_price_history from public, anon, authenticated, service_role;

grant select on table public.course_price_history to authenticated;
-- No insert, update or delete: the trigger below is the only writer, and history is never changed.

create policy select_taught_or_as_staff on public.course_price_history
for select
to authenticated
using (course_id in (select private.taught_course_ids()) or (select private.is_staff()));

create function private.record_course_price()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into public.course_price_history (course_id, price_cents, currency)
  values (new.id, new.price_cents, new.currency);
  return null;
end
$$;

comment on function private.record_course_price is 'Trigger on courses: notes the price of a course on sale.';

revoke execute on function private.record_course_price from public, anon, authenticated, service_role;

create trigger record_course_price_of_new
after insert on public.courses
for each row
when (new.status = 'published')
execute function private.record_course_price();

create trigger record_course_price
after update of price_cents, currency, status on public.courses
for each row
when
  (
    new.status = 'published'
    and (old.status != 'published' or old.price_cents != new.price_cents or old.currency != new.currency)
  )
execute function private.record_course_price();

-- The price that held when the window began counts too: it was charged in it.
create function private.highest_price_charged(
  course_id uuid,
  since timestamptz default now() - interval '90 days'
)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select max(h.price_cents)
    from public.course_price_history h
    where h.course_id = highest_price_charged.course_id
      and h.charged_from >= coalesce(
        (
          select max(b.charged_from) from public.course_price_history b
          where b.course_id = highest_price_charged.course_id and b.charged_from <= highest_price_charged.since
        ),
        '-infinity'
      )
  );
end
$$;

comment on function private.highest_price_charged is
  'Highest price in minor units at which the course was sold since a moment; null when it never was.';

-- What the law wants beside a lowered price (EU 98/6/EC, article 6a): the lowest of the 30 days before it was lowered.
-- The present price says nothing about itself, and a course that was off sale in between did not begin anew.
create function private.lowest_price_before(course_id uuid)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    with history as materialized (
      select h.id, h.price_cents, h.currency, h.charged_from
      from public.course_price_history h
      where h.course_id = lowest_price_before.course_id
    ), present as (
      select h.price_cents, h.currency from history h order by h.charged_from desc, h.id desc limit 1
    ), began as (
      select min(h.charged_from) as at
      from history h join present p on (h.price_cents, h.currency) = (p.price_cents, p.currency)
      where h.charged_from >= coalesce(
        (select max(o.charged_from) from history o where (o.price_cents, o.currency) <> (p.price_cents, p.currency)),
        '-infinity'
      )
    )
    select min(h.price_cents)
    from history h join present p on p.currency = h.currency cross join began b
    where h.charged_from < b.at
      -- The price that held when the 30 days began counts too.
      and h.charged_from >= coalesce(
        (select max(o.charged_from) from history o where o.charged_from <= b.at - interval '30 days'), '-infinity'
      )
  );
end
$$;

comment on function private.lowest_price_before is
  'Lowest price in minor units in the 30 days before the present price began; null when the course never had another. Everybody may know it.';

revoke execute
on function private.highest_price_charged, private.lowest_price_before
from public, anon, authenticated, service_role;
