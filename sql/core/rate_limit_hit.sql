-- Counts one use and says whether it is still within the limit.
-- The count goes when the caller's transaction is rolled back: a caller whose failed attempts must count
-- returns its error with response.status set instead of raising it.
create function private.rate_limit_hit(bucket text, subject text, max_hits integer, "window" interval)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  used integer;
begin
  insert into private.rate_limits as r (bucket, subject, window_started_at)
  values (
    rate_limit_hit.bucket,
    rate_limit_hit.subject,
    date_bin(rate_limit_hit."window", now(), timestamptz '2000-01-01 00:00:00+00')
  )
  on conflict on constraint rate_limits_pkey do update set hits = r.hits + 1
  returning r.hits into used;
  return used <= rate_limit_hit.max_hits;
end
$$;

comment on function private.rate_limit_hit is
  'true while the subject used the bucket at most max_hits times in the current fixed window. The subject is a user id or another thing nobody can choose freely.';

-- The workshop's own: only definer functions count.
revoke execute on function private.rate_limit_hit from public, anon, authenticated, service_role;

-- Takes one use back that came to nothing, by no fault of who made it.
create function private.rate_limit_return(bucket text, subject text, "window" interval, used_at timestamptz)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  began constant timestamptz := date_bin(rate_limit_return."window", rate_limit_return.used_at, timestamptz '2000-01-01 00:00:00+00');
begin
  update private.rate_limits r
  set hits = r.hits - 1
  where r.bucket = rate_limit_return.bucket and r.subject = rate_limit_return.subject and r.window_started_at = began
    and r.hits > 1;
  if not found then
    delete from private.rate_limits r
    where r.bucket = rate_limit_return.bucket and r.subject = rate_limit_return.subject and r.window_started_at = began
      and r.hits = 1;
  end if;
end
$$;

comment on function private.rate_limit_return is
  'Counts one use less in the window of used_at. The window is the one of rate_limit_hit.';

revoke execute on function private.rate_limit_return from public, anon, authenticated, service_role;
