-- What the header Retry-After says when a limit of rate_limit_hit is used up.
create function private.retry_after("window" interval)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return greatest(
    ceil(
      extract(
        epoch from date_bin(retry_after."window", now(), timestamptz '2000-01-01 00:00:00+00') + retry_after."window" - now()
      )
    ),
    1
  )::text;
end
$$;

comment on function private.retry_after is
  'Seconds, as text, until the current fixed window of rate_limit_hit is over.';

revoke execute on function private.retry_after from public, anon, authenticated, service_role;
