-- Authors of shown reviews are public cards: keeps profiles.is_reviewer true to the reviews.
create function private.mirror_is_reviewer()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update public.profiles p
  set is_reviewer = not p.is_reviewer
  where p.id in (new.user_id, old.user_id)
    and p.is_reviewer <> exists (select from public.reviews r where r.user_id = p.id and not r.is_hidden);
  return null;
end
$$;

comment on function private.mirror_is_reviewer is
  'Trigger: keeps profiles.is_reviewer equal to whether a review of the person is shown.';

revoke execute on function private.mirror_is_reviewer from public, anon, authenticated, service_role;

create trigger mirror_is_reviewer
after insert or delete or update of is_hidden on public.reviews
for each row
execute function private.mirror_is_reviewer();
