-- Forgets a saved course; forgetting twice is forgetting once.
create function public.remove_from_wishlist(course_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  delete from public.wishlists w where w.user_id = caller and w.course_id = remove_from_wishlist.course_id;
end
$$;

comment on function public.remove_from_wishlist is
  'Removes a course from the caller''s list; answers 204, also when it was not on it. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.remove_from_wishlist from public, anon, authenticated, service_role;

grant execute on function public.remove_from_wishlist to authenticated;
