-- How final a status of a dispute is: 1 an inquiry or a word we do not know, 2 a dispute, 3 over.
create function private.dispute_finality(stripe_status text)
returns smallint
language sql
immutable
parallel safe
security invoker
set search_path = ''
return case
  when stripe_status in ('won', 'lost', 'warning_closed', 'prevented', 'charge_refunded') then 3::smallint
  when stripe_status in (
    'needs_response',
    'under_review',
    'appeal_needs_response',
    'appeal_under_review'
  ) then 2::smallint
  else 1::smallint
end;

comment on function private.dispute_finality is
  'Rank of a status of Stripe''s disputes: a lower one never takes the place of a higher one.';

revoke execute on function private.dispute_finality from public, anon, authenticated, service_role;
