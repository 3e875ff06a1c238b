-- Makes what the catalogue keeps of these courses anew: entry, card and search row of those on sale, nothing of others.
create function private.list_courses(course_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  delete from private.catalogue_entries e
  using public.courses c
  where e.course_id = any (list_courses.course_ids) and c.id = e.course_id and not c.is_published;
  delete from private.catalogue_cards k
  using public.courses c
  where k.course_id = any (list_courses.course_ids) and c.id = k.course_id and not c.is_published;
  delete from private.course_search d
  using public.courses c
  where d.course_id = any (list_courses.course_ids) and c.id = d.course_id and not c.is_published;

  insert into private.catalogue_entries as e (
    course_id, category_id, level, language, price_cents, price_band, is_featured, published_at, student_count, rating
  )
  select c.id, c.category_id, c.level, c.language, c.price_cents, private.price_band(c.price_cents, c.currency),
    c.is_featured, c.published_at, coalesce(s.student_count, 0), coalesce(s.rating, 0)
  from public.courses c left join public.course_stats s on s.course_id = c.id
  where c.id = any (list_courses.course_ids) and c.is_published
  on conflict on constraint catalogue_entries_pkey do update
  set category_id = excluded.category_id, level = excluded.level, language = excluded.language,
    price_cents = excluded.price_cents, price_band = excluded.price_band, is_featured = excluded.is_featured,
    published_at = excluded.published_at
  where (e.category_id, e.level, e.language, e.price_cents, e.price_band, e.is_featured, e.published_at)
    is distinct from (
      excluded.category_id, excluded.level, excluded.language, excluded.price_cents, excluded.price_band,
      excluded.is_featured, excluded.published_at
    );

  insert into private.catalogue_cards as k (course_id, card, published_at)
  select c.id, x.card, c.published_at
  from public.courses c
  left join public.profiles p on p.id = c.instructor_id
  left join public.categories s on s.id = c.category_id
  cross join lateral (
    select rtrim(
      jsonb_build_object(
        'id', c.id, 'title', c.title, 'slug', c.slug,
        'instructor', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name),
        'thumbnail', c.thumbnail_path, 'level', c.level,
        'price', private.to_amount(c.price_cents, c.currency),
        'original_price', private.to_amount(c.original_price_cents, c.currency),
        'discount_percent', c.discount_percent, 'currency', c.currency,
        'category', s.name, 'category_slug', s.slug, 'is_featured', c.is_featured
      )::text,
      '}'
    ) as card
  ) x
  where c.id = any (list_courses.course_ids) and c.is_published
  on conflict on constraint catalogue_cards_pkey do update
  set card = excluded.card, published_at = excluded.published_at
  where (k.card, k.published_at) is distinct from (excluded.card, excluded.published_at);

  perform private.index_courses(list_courses.course_ids);
end
$$;

comment on function private.list_courses is
  'Brings these courses into the catalogue, up to date, or out of it. Changes nothing when it was called before.';

create function private.list_changed_courses()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  case tg_table_name
    when 'courses' then
      perform private.list_courses(array[new.id]);
    when 'categories' then
      perform private.relist_courses(array(select c.id from public.courses c where c.category_id = new.id and c.is_published));
    when 'profiles' then
      perform private.relist_courses(array(select c.id from public.courses c where c.instructor_id = new.id and c.is_published));
  end case;
  return null;
end
$$;

comment on function private.list_changed_courses is
  'Trigger on everything that a card says or the search looks at: courses, names of categories and of instructors.';

revoke execute
on function private.list_courses, private.list_changed_courses
from public, anon, authenticated, service_role;

create trigger list_new_course
after insert on public.courses
for each row
when (new.status = 'published')
execute function private.list_changed_courses();

create trigger list_changed_course
after update on public.courses
for each row
when ((old.is_published or new.is_published) and old is distinct from new)
execute function private.list_changed_courses();

create trigger list_courses_of_category
after update of name, slug on public.categories
for each row
when ((old.name, old.slug) is distinct from (new.name, new.slug))
execute function private.list_changed_courses();

create trigger list_courses_of_instructor
after update of first_name, last_name on public.profiles
for each row
when ((old.first_name, old.last_name) is distinct from (new.first_name, new.last_name))
execute function private.list_changed_courses();
