-- One row: the files of one folder must go. SQL cannot delete files: a worker does it through the Storage API.
create table private.file_deletions (
  id bigint generated always as identity primary key,
  bucket_id text not null check (length(bucket_id) <= 100),
  folder text not null check (length(folder) between 1 and 300),
  requested_at timestamptz not null default now(),
  next_attempt_at timestamptz not null default now(),
  attempts smallint not null default 0 check (attempts >= 0),
  done_at timestamptz,
  last_error text check (length(last_error) <= 1000)
);

comment on table private.file_deletions is 'Folders of erased people that Storage still has to empty.';

create index file_deletions_due_idx on private.file_deletions (next_attempt_at, id) where done_at is null; -- claim_file_deletions
alter table private.file_deletions enable row level security;

-- No policy and no grant: erase_user writes, claim_file_deletions and settle_file_deletion serve the worker.
revoke all on table private.file_deletions from public, anon, authenticated, service_role;

create function public.claim_file_deletions(batch_size integer default 20)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  with due as (
    select d.id from private.file_deletions d
    where d.done_at is null and d.next_attempt_at <= now()
    order by d.next_attempt_at, d.id
    limit least(greatest(coalesce(claim_file_deletions.batch_size, 20), 1), 100)
    for no key update skip locked
  ), taken as (
    -- Should the worker die, the row comes back after a while.
    update private.file_deletions d
    set attempts = least(d.attempts + 1, 1000), next_attempt_at = now() + interval '5 minutes'
    from due where d.id = due.id
    returning d.id, d.bucket_id, d.folder
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'bucket', t.bucket_id, 'folder', t.folder) order by t.id), '[]')
  into claimed from taken t;
  return claimed;
end
$$;

comment on function public.claim_file_deletions is
  'Edge functions only: up to batch_size (1 to 100) folders to empty, [{id, bucket, folder}]. Each is offered again after five minutes until it is settled.';

create function public.settle_file_deletion(id bigint, error text default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update private.file_deletions d
  set done_at = case when settle_file_deletion.error is null then now() end,
    last_error = left(settle_file_deletion.error, 1000),
    next_attempt_at = now() + least(interval '1 minute' * 2 ^ least(d.attempts, 10), interval '6 hours')
  where d.id = settle_file_deletion.id and d.done_at is null;
  return jsonb_build_object('id', settle_file_deletion.id, 'done', found and settle_file_deletion.error is null);
end
$$;

comment on function public.settle_file_deletion is
  'Edge functions only: the folder is empty, or why not. Returns {id, done}; done is false for an error, and for a folder that was settled before.';

revoke execute
on function public.claim_file_deletions, public.settle_file_deletion
from public, anon, authenticated, service_role;

grant execute on function public.claim_file_deletions, public.settle_file_deletion to service_role;
