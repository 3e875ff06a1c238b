-- The caller's certificates, latest first.
create function private.my_certificates()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  return jsonb_build_object(
    'results', coalesce(
      (
        select jsonb_agg(private.certificate_json(c) order by c.issued_at desc, c.id)
        from public.certificates c
        where c.user_id = caller
      ),
      '[]'
    )
  );
end
$$;

comment on function private.my_certificates is 'The door behind public.my_certificates.';

revoke execute on function private.my_certificates from public, anon, authenticated, service_role;

grant execute on function private.my_certificates to authenticated;

create function public.my_certificates()
returns jsonb
language sql
stable
security invoker
set search_path = ''
return private.my_certificates();

comment on function public.my_certificates is
  'The caller''s certificates, latest first: {results[as issue_certificate returns them]}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.my_certificates from public, anon, authenticated, service_role;

grant execute on function public.my_certificates to authenticated;
