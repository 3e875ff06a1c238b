-- One row: a course as a list shows it. The only place that knows what a card says; search_courses, related_courses,
-- recommendations and wishlists all take it from here.
create view public.v_course_cards
with (security_invoker = true)
as
  select
    c.id,
    c.title,
    c.slug,
    jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name) as instructor,
    c.thumbnail_path as thumbnail,
    s.rating,
    s.rating_count,
    s.student_count,
    round(s.duration_seconds / 3600.0, 2) as duration_hours,
    c.level,
    private.to_amount(c.price_cents, c.currency) as price,
    private.to_amount(c.original_price_cents, c.currency) as original_price,
    c.discount_percent,
    c.currency,
    k.name as category,
    k.slug as category_slug,
    coalesce(s.bestseller_until > now(), false) as is_bestseller,
    coalesce(
      c.published_at > now() - make_interval(days => (select private.setting_int('new_course_days'))),
      false
    ) as is_new,
    c.is_featured
  from
    public.courses as c
    join public.course_stats as s on s.course_id = c.id
    left join public.profiles as p on p.id = c.instructor_id
    left join public.categories as k on k.id = c.category_id;

comment on view public.v_course_cards is
  'Cards of the courses that the caller may see. The personal flags enrolled, in_cart and in_wishlist are added by the functions that return cards.';
comment on column public.v_course_cards.id is 'Identity of the course.';
comment on column public.v_course_cards.title is 'Title.';
comment on column public.v_course_cards.slug is 'Name in addresses.';
comment on column public.v_course_cards.instructor is '{id, first_name, last_name} of the owner.';
comment on column public.v_course_cards.thumbnail is 'File in the bucket course-thumbnails.';
comment on column public.v_course_cards.rating is 'Mean of the shown ratings, two decimals; 0 without any.';
comment on column public.v_course_cards.rating_count is 'Shown ratings.';
comment on column public.v_course_cards.student_count is 'People with access.';
comment on column public.v_course_cards.duration_hours is 'Length of all lessons in hours, two decimals.';
comment on column public.v_course_cards.level is 'What a student has to know beforehand.';
comment on column public.v_course_cards.price is 'Price as a decimal amount of currency.';
comment on column public.v_course_cards.original_price is 'Struck-through price, or null.';
comment on column public.v_course_cards.discount_percent is 'Whole percent between the two, rounded down.';
comment on column public.v_course_cards.currency is 'Lower-case ISO 4217.';
comment on column public.v_course_cards.category is 'Name of the category.';
comment on column public.v_course_cards.category_slug is 'The category as search_courses takes it.';
comment on column public.v_course_cards.is_bestseller is 'Among the most wanted of its category lately.';
comment on column public.v_course_cards.is_new is 'Published not long ago (setting new_course_days).';
comment on column public.v_course_cards.is_featured is 'Chosen by staff for the home page.';

revoke all on table public.v_course_cards from public, anon, authenticated, service_role;

grant select on table public.v_course_cards to anon, authenticated;
-- No insert, update or delete: a card is looked at.
