-- An admin has looked at it and says what was done. Definer inside: anomalies are closed to everybody.
create function private.resolve_money_anomaly(anomaly_id bigint, resolution text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  admin uuid := private.require_admin();
  anomaly private.money_anomalies;
begin
  perform private.check_resolution(resolve_money_anomaly.resolution);
  select * into anomaly from private.money_anomalies a where a.id = resolve_money_anomaly.anomaly_id for no key update;
  if anomaly.id is null then
    perform private.fail('ANOMALY_NOT_FOUND', 404, 'There is no such anomaly.');
  elsif anomaly.resolved_at is not null then
    perform private.fail(
      'ANOMALY_RESOLVED', 409, 'Somebody has resolved this already.',
      jsonb_build_object('resolved_at', anomaly.resolved_at, 'resolution', anomaly.resolution)
    );
  end if;
  update private.money_anomalies a
  set resolved_at = now(), resolved_by = admin, resolution = btrim(resolve_money_anomaly.resolution)
  where a.id = anomaly.id;
  return private.money_anomaly_json(anomaly.id);
end
$$;

comment on function private.resolve_money_anomaly is 'The door behind public.resolve_money_anomaly.';

revoke execute on function private.resolve_money_anomaly from public, anon, authenticated, service_role;

grant execute on function private.resolve_money_anomaly to authenticated;

create function public.resolve_money_anomaly(anomaly_id bigint, resolution text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  return private.resolve_money_anomaly(anomaly_id, resolution);
end
$$;

comment on function public.resolve_money_anomaly is
  'Admins: writes down what was done about an anomaly (resolution: 3 to 1000 characters), which then no longer waits. No money moves by it. Returns the anomaly as list_money_anomalies does. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, FORBIDDEN 403, ANOMALY_NOT_FOUND 404, ANOMALY_RESOLVED 409, VALIDATION_ERROR 422.';

revoke execute on function public.resolve_money_anomaly from public, anon, authenticated, service_role;

grant execute on function public.resolve_money_anomaly to authenticated;

create function private.check_resolution(resolution text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if length(btrim(check_resolution.resolution)) between 3 and 1000 then
    return;
  end if;
  perform private.fail('VALIDATION_ERROR', 422, 'Say what was done.', '{"resolution": "3 to 1000 characters"}');
end
$$;

comment on function private.check_resolution is 'VALIDATION_ERROR 422 unless it says something.';

revoke execute on function private.check_resolution from public, anon, authenticated, service_role;
