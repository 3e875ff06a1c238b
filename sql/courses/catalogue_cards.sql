-- One row: what a card of a course on sale says, but for what moves: counters, badges and the flags of a person.
create table private.catalogue_cards (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  -- JSON text without its last brace: the rest is written behind it, which costs a third of merging two objects.
  card text not null check (length(card) <= 10000 and jsonb_typeof((card || '}')::jsonb) = 'object'),
  published_at timestamptz not null
);

comment on table private.catalogue_cards is
  'Ready-made cards of the courses on sale: joined once, when a course changes, and not once a reader.';

alter table private.catalogue_cards enable row level security;

-- No policy and no grant: private.catalogue_cards_json reads, private.list_courses writes.
revoke all on table private.catalogue_cards from public, anon, authenticated, service_role;

-- Definer: cards are not readable otherwise, and one policy a card would cost more than the card. It shows courses on
-- sale, and of people the caller only.
create function private.catalogue_cards_json(course_ids uuid[], reasons jsonb[] default null)
returns text
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  caller uuid := (select auth.uid());
  enrolled uuid[] := '{}';
  in_cart uuid[] := '{}';
  in_wishlist uuid[] := '{}';
begin
  -- One lookup a flag, however many cards.
  if caller is not null then
    enrolled := array(
      select e.course_id from public.enrollments e
      where e.user_id = caller and e.course_id = any (catalogue_cards_json.course_ids)
        and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now())
    );
    in_cart := array(
      select i.course_id from public.cart_items i
      where i.user_id = caller and i.course_id = any (catalogue_cards_json.course_ids)
    );
    in_wishlist := array(
      select w.course_id from public.wishlists w
      where w.user_id = caller and w.course_id = any (catalogue_cards_json.course_ids)
    );
  end if;

  return (
    select '[' || coalesce(
      string_agg(
        k.card
        || ',"rating":' || s.rating
        || ',"rating_count":' || s.rating_count
        || ',"student_count":' || s.student_count
        || ',"duration_hours":' || round(s.duration_seconds / 3600.0, 2)
        || case when s.bestseller_until > now() then ',"is_bestseller":true' else ',"is_bestseller":false' end
        || case
          when k.published_at > (
            select now() - make_interval(days => c.value::integer) from private.app_config c where c.name = 'new_course_days'
          ) then ',"is_new":true'
          else ',"is_new":false'
        end
        || case when k.course_id = any (enrolled) then ',"enrolled":true' else ',"enrolled":false' end
        || case when k.course_id = any (in_cart) then ',"in_cart":true' else ',"in_cart":false' end
        || case when k.course_id = any (in_wishlist) then ',"in_wishlist":true' else ',"in_wishlist":false' end
        || coalesce(',"reason":' || catalogue_cards_json.reasons[x.place]::text, '')
        || '}',
        ',' order by x.place
      ),
      ''
    ) || ']'
    from unnest(catalogue_cards_json.course_ids) with ordinality x(id, place)
    join private.catalogue_cards k on k.course_id = x.id
    join public.course_stats s on s.course_id = x.id
  );
end
$$;

comment on function private.catalogue_cards_json is
  'JSON array, as text that its caller writes on, of the cards of these courses, in their order, with enrolled, in_cart and in_wishlist of the caller and, where given, the reason at the same place. What is not on sale is left out: anybody may know the rest.';

revoke execute on function private.catalogue_cards_json from public, anon, authenticated, service_role;

grant execute on function private.catalogue_cards_json to anon, authenticated;
