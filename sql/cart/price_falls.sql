-- One row: a course got cheaper than it was in the last 30 days, and those who saved it are to be told.
create table private.price_falls (
  id bigint generated always as identity primary key,
  course_id uuid not null references public.courses (id)
    on delete cascade,
  price_cents integer not null check (price_cents >= 0),
  currency char(3) not null check (currency ~ '^[a-z]{3}$'),
  lowest_before_cents integer not null check (lowest_before_cents > price_cents),
  -- Not before then: a slip of the finger is mended in minutes, and nobody wants to hear of one course every day.
  begins_at timestamptz not null,
  -- Everybody up to this id has been looked at; people are told in batches.
  reached_user_id uuid,
  told integer not null default 0 check (told >= 0),
  -- When the last one was told, or when the price was no longer true.
  ended_at timestamptz,
  is_withdrawn boolean not null default false,
  created_at timestamptz not null default now()
);

comment on table private.price_falls is
  'Falls of prices that are still to be told. Written by the price change itself, which costs it one row however many people wait for it; announce_price_falls does the telling.';

create index price_falls_course_id_idx on private.price_falls (course_id, begins_at desc);
create index price_falls_open_idx on private.price_falls (told, id) where ended_at is null; -- announce_price_falls
alter table private.price_falls enable row level security;

-- No policy and no grant: the trigger below writes, announce_price_falls works it off.
revoke all on table private.price_falls from public, anon, authenticated, service_role;

create function private.note_price_fall()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  lowest_before integer;
  last_told timestamptz;
begin
  -- Only one fall of a course waits: the newest price is the one to tell. One that is being told is left to the job,
  -- for which an author does not wait.
  delete from private.price_falls f
  where f.id in (
    select w.id from private.price_falls w
    where w.course_id = new.course_id and w.ended_at is null and w.reached_user_id is null
    for update skip locked
  );

  -- Honest as the law understands it: cheaper than at any moment of the last 30 days. The price that held when these
  -- days began counts too.
  select min(h.price_cents) into lowest_before
  from public.course_price_history h
  where h.course_id = new.course_id and h.currency = new.currency and h.id <> new.id
    and h.charged_from >= coalesce(
      (
        select max(b.charged_from)
        from public.course_price_history b
        where b.course_id = new.course_id and b.id <> new.id and b.charged_from <= now() - interval '30 days'
      ),
      '-infinity'
    );
  if lowest_before is null or new.price_cents >= lowest_before then
    return null;
  end if;

  select max(f.begins_at) into last_told from private.price_falls f where f.course_id = new.course_id and f.told > 0;
  insert into private.price_falls (course_id, price_cents, currency, lowest_before_cents, begins_at)
  values (
    new.course_id, new.price_cents, new.currency, lowest_before,
    greatest(now() + interval '15 minutes', last_told + interval '7 days')
  );
  return null;
end
$$;

comment on function private.note_price_fall is
  'Trigger on course_price_history: notes a price lower than all of the last 30 days, to be told a quarter of an hour later, and of one course once a week at most.';

revoke execute on function private.note_price_fall from public, anon, authenticated, service_role;

create trigger note_price_fall
after insert on public.course_price_history
for each row
execute function private.note_price_fall();

insert into private.jobs (name, command, run_every)
values
  (
    'sweep_price_falls',
    $$delete from private.price_falls where id in (
        select id from private.price_falls where ended_at < now() - interval '90 days' for update skip locked
      )$$,
    interval '1 day'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
