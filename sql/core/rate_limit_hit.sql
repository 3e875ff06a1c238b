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
