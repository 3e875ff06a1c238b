-- Turns ids into cards, in their order, with the caller's own flags: one lookup each, however many cards. Invoker: a
-- function that may show more than its caller sees decides so itself.
create function private.course_cards(course_ids uuid[])
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  enrolled uuid[];
  in_cart uuid[];
  in_wishlist uuid[];
begin
  if caller is not null then
    enrolled := array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (course_cards.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    );
    in_cart := array(
      select i.course_id from public.cart_items i where i.user_id = caller and i.course_id = any (course_cards.course_ids)
    );
    in_wishlist := array(
      select w.course_id from public.wishlists w where w.user_id = caller and w.course_id = any (course_cards.course_ids)
    );
  end if;

  return coalesce(
    (
      select jsonb_agg(
        to_jsonb(v) || jsonb_build_object(
          'enrolled', coalesce(v.id = any (enrolled), false),
          'in_cart', coalesce(v.id = any (in_cart), false),
          'in_wishlist', coalesce(v.id = any (in_wishlist), false)
        )
        order by x.place
      )
      from unnest(course_cards.course_ids) with ordinality x(id, place)
      join public.v_course_cards v on v.id = x.id
    ),
    '[]'
  );
end
$$;

comment on function private.course_cards is
  'JSON array of the rows of v_course_cards for these ids, in their order, with enrolled, in_cart and in_wishlist of the caller. Ids that the caller may not see are left out.';

revoke execute on function private.course_cards from public, anon, authenticated, service_role;

grant execute on function private.course_cards to anon, authenticated;
