-- Counts a search for the list of popular ones, once a person and month. Definer: nobody writes figures directly.
create function private.record_search(q text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  term text := btrim(regexp_replace(lower(record_search.q), '\s+', ' ', 'g'));
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
  salt text;
begin
  -- A term is counted once a person anyway; the limit keeps a machine from filling the table.
  if term is null or length(term) not between 2 and 200
    or not private.rate_limit_hit('record_search', private.caller_key(), 60, interval '1 hour')
  then
    return '{"counted": false}';
  end if;

  select s.salt into salt from private.search_salts s where s.month_on = this_month;
  if not found then
    insert into private.search_salts (month_on) values (this_month) on conflict do nothing;
    select s.salt into salt from private.search_salts s where s.month_on = this_month;
  end if;

  insert into private.search_terms (term, month_on, searcher_hash)
  values (
    term, this_month,
    encode(extensions.hmac(term || chr(31) || private.caller_key(), salt, 'sha256'), 'hex')
  )
  on conflict do nothing;
  return jsonb_build_object('counted', found);
end
$$;

comment on function private.record_search is 'The door behind public.record_search.';

revoke execute on function private.record_search from public, anon, authenticated, service_role;

grant execute on function private.record_search to anon, authenticated;

create function public.record_search(q text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.record_search(q);
end
$$;

comment on function public.record_search is
  'Tells that somebody searched for q, for the list of popular searches. Counts anybody, once a person and month, sixty terms an hour; who it was is not kept. Apart from the search, which has to work where nothing can be written. Returns {counted}: false for what was counted before, is no term (2 to 200 characters) or comes too often.';

revoke execute on function public.record_search from public, anon, authenticated, service_role;

grant execute on function public.record_search to anon, authenticated;
