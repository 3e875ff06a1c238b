-- For the certificate worker: takes certificates without a file so that no other worker prints them meanwhile.
create function public.claim_certificates(batch_size integer default 5)
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
    select c.id, coalesce(p.attempts, 0) + 1 as attempts
    from public.certificates c left join private.certificate_prints p on p.certificate_id = c.id
    where c.file_path is null and c.revoked_at is null and coalesce(p.next_attempt_at, '-infinity') <= now()
    order by p.next_attempt_at nulls first, c.issued_at, c.id
    limit least(greatest(claim_certificates.batch_size, 1), 20)
    for no key update of c skip locked
  ), taken as (
    insert into private.certificate_prints (certificate_id, attempts, next_attempt_at)
    -- 1, 2, 4 … minutes, 6 hours at most. The power is bounded, because attempts are not.
    select d.id, d.attempts, now() + least(interval '1 minute' * 2 ^ least(d.attempts - 1, 10), interval '6 hours')
    from due d
    on conflict on constraint certificate_prints_pkey do update
    set attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at
    returning certificate_id
  )
  select jsonb_agg(public.certificate_document(t.certificate_id) order by t.certificate_id)
  into claimed
  from taken t;
  return coalesce(claimed, '[]');
end
$$;

comment on function public.claim_certificates is
  'Certificate worker only. Claims up to batch_size (1 to 20) valid certificates without a PDF and returns them as certificate_document does. One that gets no file by attach_certificate_file comes back after 1, 2, 4 … minutes, at last every 6 hours.';

revoke execute on function public.claim_certificates from public, anon, authenticated, service_role;

grant execute on function public.claim_certificates to service_role;

insert into private.jobs (name, command, run_every)
values
  (
    'generate_certificates',
    $$select private.call_edge_function('generate-certificate')
      where exists (select from public.certificates c where c.file_path is null and c.revoked_at is null)$$,
    interval '1 minute'
  )
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
