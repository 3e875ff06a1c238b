-- What closing an account means, whoever closes it. Its courses go off sale: nobody is there to answer buyers, to mend
-- a lesson or to be paid, and who is closed for fraud must not sell on. They are not held: who is opened again publishes
-- them with one call each. Students keep what they have, and staff may hand the courses over.
create function private.close_account(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  -- Before any row: those who teach with this person write several courses as they find them.
  perform private.hold_curricula(
    array(select c.id from public.courses c where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review'))
  );
  perform private.keep_an_admin(close_account.user_id);
  update public.profiles p set is_active = false where p.id = close_account.user_id;

  perform from public.courses c
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review')
  order by c.id
  for no key update;
  update public.courses c
  set status = case when c.published_at is null then 'draft' else 'unpublished' end::public.course_status
  where c.instructor_id = close_account.user_id and c.status in ('published', 'in_review');

  -- Open tabs lose their session at once; the access token that is still out is useless, because helpers read the table.
  delete from auth.sessions s where s.user_id = close_account.user_id;
end
$$;

comment on function private.close_account is
  'Closes an account, takes its courses off sale and ends its sessions; CONFLICT 409 for the last admin. The caller has checked who asks.';

revoke execute on function private.close_account from public, anon, authenticated, service_role;
