-- The caller's saved courses, latest first. What was taken off sale is not shown, and comes back when it is.
create function public.my_wishlist(page integer default 1, page_size integer default 20)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  asked_page integer := private.clamp_page(my_wishlist.page);
  asked_size integer := private.clamp_page_size(my_wishlist.page_size);
  total bigint;
  results jsonb;
begin
  select count(*) into total
  from public.wishlists w join public.courses c on c.id = w.course_id
  where w.user_id = caller and c.is_published;

  select jsonb_agg(
    jsonb_build_object(
      'course', jsonb_build_object(
        'id', r.id, 'title', r.title, 'slug', r.slug, 'thumbnail', r.thumbnail_path,
        'price', private.to_amount(r.price_cents, r.currency),
        'original_price', private.to_amount(r.original_price_cents, r.currency),
        'discount_percent', r.discount_percent,
        'instructor', jsonb_build_object('id', r.instructor_id, 'first_name', r.first_name, 'last_name', r.last_name),
        'in_cart', r.in_cart
      ),
      'added_at', r.added_at
    )
    order by r.added_at desc, r.id
  )
  into results
  from (
    select
      w.added_at, c.id, c.title, c.slug, c.thumbnail_path, c.price_cents, c.original_price_cents, c.discount_percent, c.currency,
      c.instructor_id, p.first_name, p.last_name,
      exists (select from public.cart_items i where i.user_id = caller and i.course_id = c.id) as in_cart
    from
      public.wishlists w
      join public.courses c on c.id = w.course_id
      join public.profiles p on p.id = c.instructor_id
    where w.user_id = caller and c.is_published
    order by w.added_at desc, c.id
    limit asked_size offset (asked_page - 1) * asked_size
  ) r;

  return private.page(total, asked_page, asked_size, results);
end
$$;

comment on function public.my_wishlist is
  'A page of the caller''s saved courses: results[{course{id, title, slug, thumbnail, price, original_price, discount_percent, instructor{id, first_name, last_name}, in_cart}, added_at}]. page from 1; page_size 1 to 100, 20 by default. Errors: AUTH_REQUIRED 401, ACCOUNT_DISABLED 403.';

revoke execute on function public.my_wishlist from public, anon, authenticated, service_role;

grant execute on function public.my_wishlist to authenticated;
