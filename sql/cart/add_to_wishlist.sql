-- Saves a course for later; saving twice is saving once.
create function public.add_to_wishlist(course_id uuid)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if add_to_wishlist.course_id is null then
    perform private.fail('VALIDATION_ERROR', 422, 'Which course?', '{"course_id": "required"}');
  end if;
  insert into public.wishlists (course_id)
  values (add_to_wishlist.course_id)
  on conflict on constraint wishlists_pkey do nothing;
  return (
    select jsonb_build_object('course_id', w.course_id, 'added_at', w.added_at)
    from public.wishlists w
    where w.user_id = caller and w.course_id = add_to_wishlist.course_id
  );
end
$$;

comment on function public.add_to_wishlist is
  'Saves a published course. Returns {course_id, added_at}. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.add_to_wishlist from public, anon, authenticated, service_role;

grant execute on function public.add_to_wishlist to authenticated;
