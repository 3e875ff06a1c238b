-- The caller's own flags of courses, beside the public payload: for pages whose cards come from a cache. Invoker: the
-- policies of the three tables show own rows.
create function public.course_flags(course_ids uuid[])
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if course_flags.course_ids is null or cardinality(course_flags.course_ids) > 100 then
    perform private.fail('VALIDATION_ERROR', 422, 'Ask for at most 100 courses.', '{"course_ids": "a list of at most 100"}');
  end if;
  perform private.allow_caching();

  return jsonb_build_object(
    'enrolled', array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (course_flags.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    ),
    'in_cart', array(
      select i.course_id from public.cart_items i where i.user_id = caller and i.course_id = any (course_flags.course_ids)
    ),
    'in_wishlist', array(
      select w.course_id from public.wishlists w where w.user_id = caller and w.course_id = any (course_flags.course_ids)
    )
  );
end
$$;

comment on function public.course_flags is
  'Which of these courses, 100 at most, the caller studies, has in the cart or on the wishlist: {enrolled[course_id], in_cart[course_id], in_wishlist[course_id]}. For cards that were made for everybody and came from a cache; the lists of the API carry the same flags already. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403, VALIDATION_ERROR 422.';

revoke execute on function public.course_flags from public, anon, authenticated, service_role;

grant execute on function public.course_flags to authenticated;
