-- Made by hand from sql/, reviewed, and never changed once it is applied anywhere: a diff would drop and make again the
-- policies and the view that use these functions, only because their language changes.

set local lock_timeout = '500ms';

set local statement_timeout = '10min';

set local check_function_bodies = off;

create or replace function private.minor_unit_digits(currency text)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return case
    when minor_unit_digits.currency in (
      'bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'ugx', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'
    ) then 0
    else 2
  end;
end
$$;

create or replace function private.to_amount(cents bigint, currency text default 'usd')
returns numeric
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  if private.minor_unit_digits(to_amount.currency) = 0 then
    return to_amount.cents;
  end if;
  return round(to_amount.cents / 100.0, 2);
end
$$;

create or replace function private.setting(name text)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select c.value from private.app_config c where c.name = setting.name);
end
$$;

create or replace function private.setting_int(name text)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select c.value::integer from private.app_config c where c.name = setting_int.name);
end
$$;

create or replace function private.taught_course_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
rows 10
as $$
begin
  return query select i.course_id from public.course_instructors i where i.user_id = (select private.active_uid());
end
$$;

create or replace function private.owned_course_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
rows 10
as $$
begin
  return query select c.id from public.courses c where c.instructor_id = (select private.active_uid());
end
$$;

create or replace function private.is_course_author(course_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.course_instructors i
    where i.course_id = is_course_author.course_id and i.user_id = (select private.active_uid())
  );
end
$$;

create or replace function private.is_course_owner(course_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.courses c
    where c.id = is_course_owner.course_id and c.instructor_id = (select private.active_uid())
  );
end
$$;

create or replace function private.require_course_owner(course_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := case when not private.is_service() then private.require_user() end;
  course record;
begin
  select c.instructor_id, c.is_published into course from public.courses c where c.id = require_course_owner.course_id;

  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  if (course.instructor_id = caller or private.is_service() or private.is_admin()) is not true then
    if course.is_published or private.is_course_author(require_course_owner.course_id) then
      perform private.fail('NOT_COURSE_OWNER', 403, 'Only the owner of the course may do this.');
    end if;
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  return caller;
end
$$;

create or replace function private.require_course_author(course_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if private.is_course_author(require_course_author.course_id) then
    return private.require_user();
  end if;
  return private.require_course_owner(require_course_author.course_id);
end
$$;

create or replace function private.highest_price_charged(
  course_id uuid,
  since timestamptz default now() - interval '90 days'
)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select max(h.price_cents)
    from public.course_price_history h
    where h.course_id = highest_price_charged.course_id
      and h.charged_from >= coalesce(
        (
          select max(b.charged_from) from public.course_price_history b
          where b.course_id = highest_price_charged.course_id and b.charged_from <= highest_price_charged.since
        ),
        '-infinity'
      )
  );
end
$$;

create or replace function private.lowest_price_charged(
  course_id uuid,
  since timestamptz default now() - interval '30 days'
)
returns integer
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select min(h.price_cents)
    from public.course_price_history h
    where h.course_id = lowest_price_charged.course_id
      and h.charged_from >= coalesce(
        (
          select max(b.charged_from) from public.course_price_history b
          where b.course_id = lowest_price_charged.course_id and b.charged_from <= lowest_price_charged.since
        ),
        '-infinity'
      )
  );
end
$$;

create or replace function private.clamp_page(page integer)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  -- The upper bound keeps (page - 1) * page_size inside an integer.
  return least(greatest(coalesce(page, 1), 1), 1000000);
end
$$;

create or replace function private.clamp_page_size(page_size integer, fallback integer default 20)
returns integer
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
begin
  return least(greatest(coalesce(page_size, fallback), 1), 100);
end
$$;

create or replace function private.page(count bigint, page integer, page_size integer, results jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
  total_pages bigint := (page.count + page.page_size - 1) / page.page_size;
begin
  return jsonb_build_object(
    'count', page.count,
    'total_pages', total_pages,
    'current_page', page.page,
    'page_size', page.page_size,
    'next', case when page.page < total_pages then page.page + 1 end,
    -- Beyond the end, the previous page is the last one that has results.
    'previous', case when page.page > 1 and page.count > 0 then least(page.page - 1, total_pages) end,
    'results', coalesce(page.results, '[]')
  );
end
$$;

CREATE SCHEMA "public_outgoing";

ALTER FUNCTION "public"."course_detail"(uuid, text) SET SCHEMA "public_outgoing";

ALTER FUNCTION "public"."list_reviews"(uuid, integer, text, integer, integer) SET SCHEMA "public_outgoing";

CREATE SCHEMA "private_outgoing";

ALTER FUNCTION "private"."curriculum"(uuid, uuid[]) SET SCHEMA "private_outgoing";

ALTER FUNCTION "private"."recent_reviews"(uuid, integer) SET SCHEMA "private_outgoing";

-- Who teaches a course, with the sums of what is on sale: the instructor's part of a course page.
create function private.instructor_profile(instructor_id uuid)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select json_build_object(
      'id', p.id, 'first_name', p.first_name, 'last_name', p.last_name,
      'profile', json_build_object(
        'headline', p.headline, 'bio', p.bio, 'profile_picture', p.avatar_path,
        'courses_count', t.courses_count, 'students_count', t.students_count, 'rating', t.rating
      )
    )
    from public.profiles p
    cross join (
      select count(*) as courses_count, coalesce(sum(s.student_count), 0) as students_count,
        coalesce(round(sum(s.rating_sum)::numeric / nullif(sum(s.rating_count), 0), 2), 0) as rating
      from public.courses c join public.course_stats s on s.course_id = c.id
      where c.instructor_id = instructor_profile.instructor_id and c.is_published
    ) t
    where p.id = instructor_profile.instructor_id and p.is_instructor
  );
end
$$;

comment on function private.instructor_profile is
  '{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}; null for who teaches no more.';

revoke execute on function private.instructor_profile from public, anon, authenticated, service_role;

-- The table of contents. Its callers have asked who may watch: has_access is their answer.
create function private.curriculum(
  course_id uuid,
  completed_lesson_ids uuid[] default null,
  has_access boolean default true
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return coalesce(
    (
      select json_agg(
        json_build_object(
          'id', s.id,
          'title', s.title,
          'description', s.description,
          'order', s.position,
          'total_lessons', s.total_lessons,
          'total_duration_minutes', s.total_duration_minutes,
          'lessons', coalesce(l.lessons, '[]')
        )
        order by s.position
      )
      from public.curriculum_sections s
      left join (
        select x.section_id, json_agg(
          json_build_object(
            'id', x.id,
            'title', x.title,
            'description', x.description,
            'duration_minutes', x.duration_minutes,
            'order', x.position,
            'is_preview', x.is_preview,
            'video_url', v.video_url,
            'video_path', v.video_path,
            'completed', coalesce(x.id = any (curriculum.completed_lesson_ids), false)
          )
          order by x.position
        ) as lessons
        from public.lessons x
        -- The paywall: a preview is open, everything else to those who may study.
        left join public.lesson_contents v on v.lesson_id = x.id and (x.is_preview or curriculum.has_access)
        where x.course_id = curriculum.course_id
        group by x.section_id
      ) l on l.section_id = s.id
      where s.course_id = curriculum.course_id
    ),
    '[]'
  );
end
$$;

comment on function private.curriculum is
  'Sections with their lessons as JSON; video_url and video_path of previews, and of all lessons for who has access. completed_lesson_ids: the lessons to mark as completed.';

-- The workshop's own: it shows videos to whom its caller says.
revoke execute on function private.curriculum from public, anon, authenticated, service_role;

-- The newest reviews that say something, for the page of a course.
create function private.recent_reviews(course_id uuid, how_many integer default 5)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return coalesce(
    (
      select json_agg(
        json_build_object(
          'id', r.id,
          'author', btrim(p.first_name || ' ' || p.last_name),
          'avatar', p.avatar_path,
          'rating', r.rating,
          'title', r.title,
          'date', r.created_at,
          'comment', r.comment,
          'helpful_count', r.helpful_count
        )
        order by r.created_at desc, r.id
      )
      from (
        select x.* from public.reviews x
        where x.course_id = recent_reviews.course_id and not x.is_hidden and x.has_words
        order by x.created_at desc, x.id
        limit recent_reviews.how_many
      ) r
      join public.profiles p on p.id = r.user_id
    ),
    '[]'
  );
end
$$;

comment on function private.recent_reviews is
  'JSON array of the newest shown reviews with words: [{id, author (name), avatar, rating, title, date, comment, helpful_count}].';

-- The workshop's own: its caller has asked who may see the course.
revoke execute on function private.recent_reviews from public, anon, authenticated, service_role;

-- Until the next migration: requests that have begun with the page of before call both by their callers' right.
grant execute on function private.curriculum, private.recent_reviews to anon, authenticated;

-- The page of one course, in one round trip. Definer inside: nine tables would each run their policies, and each would be
-- planned anew whenever the connection changes its role. So the two questions of those policies are asked once, here.
create function private.course_detail(course_id uuid, slug text)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  course public.courses;
  stats public.course_stats;
  -- May study it: students, authors and staff.
  has_access boolean := false;
  place_id uuid;
  completed_count integer;
  completed_ids uuid[];
  in_cart boolean := false;
  in_wishlist boolean := false;
begin
  if num_nonnulls(course_detail.course_id, course_detail.slug) <> 1 then
    perform private.fail('VALIDATION_ERROR', 422, 'Name one course.', '{"course_id": "either course_id or slug"}');
  end if;

  if course_detail.course_id is not null then
    select c.* into course from public.courses c where c.id = course_detail.course_id;
  else
    select c.* into course from public.courses c where c.slug = course_detail.slug;
  end if;
  if caller is not null then
    has_access := private.has_course_access(course.id);
  end if;
  -- What is not on sale is there for those who may study it.
  if course.id is null or not (course.is_published or has_access) then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  select s.* into stats from public.course_stats s where s.course_id = course.id;

  if caller is not null then
    select e.id, e.lessons_completed into place_id, completed_count
    from public.enrollments e
    where e.user_id = caller and e.course_id = course.id
      and e.status = 'active' and (e.access_ends_at is null or e.access_ends_at > now());
    if found then
      completed_ids := array(
        select p.lesson_id from public.lesson_progress p where p.enrollment_id = place_id and p.is_completed
      );
    end if;
    in_cart := exists (select from public.cart_items i where i.user_id = caller and i.course_id = course.id);
    in_wishlist := exists (select from public.wishlists w where w.user_id = caller and w.course_id = course.id);
  end if;

  return (
    select json_build_object(
      'id', course.id,
      'title', course.title,
      'slug', course.slug,
      'short_description', course.short_description,
      'description', course.description,
      'thumbnail', course.thumbnail_path,
      'preview_video_url', course.preview_video_url,
      'category', k.name,
      'category_slug', k.slug,
      'level', course.level,
      'language', course.language,
      'price', private.to_amount(course.price_cents, course.currency),
      'original_price', private.to_amount(course.original_price_cents, course.currency),
      'discount_percent', course.discount_percent,
      'lowest_price_30_days', private.to_amount(private.lowest_price_charged(course.id), course.currency),
      'currency', course.currency,
      'rating', stats.rating,
      'rating_count', stats.rating_count,
      'review_count', stats.review_count,
      'student_count', stats.student_count,
      'duration_hours', round(stats.duration_seconds / 3600.0, 2),
      'is_bestseller', coalesce(stats.bestseller_until > now(), false),
      'is_new', coalesce(course.published_at > now() - make_interval(days => private.setting_int('new_course_days')), false),
      'is_featured', course.is_featured,
      'status', course.status,
      'is_published', course.is_published,
      'published_at', course.published_at,
      'last_updated', course.last_updated,
      'instructor', private.instructor_profile(course.instructor_id),
      'outcomes', array(select o.text from public.course_outcomes o where o.course_id = course.id order by o.position),
      'requirements', array(select r.text from public.course_requirements r where r.course_id = course.id order by r.position),
      'curriculum', private.curriculum(course.id, completed_ids, has_access),
      'reviews', json_build_object(
        'count', stats.rating_count,
        'rating', stats.rating,
        'distribution', json_build_object(
          '5', stats.rating_5, '4', stats.rating_4, '3', stats.rating_3, '2', stats.rating_2, '1', stats.rating_1
        ),
        'recent', private.recent_reviews(course.id)
      ),
      'enrolled', place_id is not null,
      'in_cart', in_cart,
      'in_wishlist', in_wishlist,
      'progress', case when place_id is not null then private.progress_percent(completed_count, stats.lesson_count) end,
      'enrollment_id', place_id
    )
    from (select 1) one left join public.categories k on k.id = course.category_id
  );
end
$$;

comment on function private.course_detail is 'The door behind public.course_detail.';

revoke execute on function private.course_detail from public, anon, authenticated, service_role;

grant execute on function private.course_detail to anon, authenticated;

create function public.course_detail(course_id uuid default null, slug text default null)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.course_detail(course_id, slug);
end
$$;

comment on function public.course_detail is
  'One course by course_id or by slug, for everybody; drafts for their authors and staff, unpublished ones for their students too. A card of search_courses and: description, short_description, preview_video_url, language, review_count, last_updated, published_at, status, is_published, lowest_price_30_days, instructor{id, first_name, last_name, profile{headline, bio, profile_picture, courses_count, students_count, rating}}, outcomes[], requirements[], curriculum[{id, title, description, order, total_lessons, total_duration_minutes, lessons[{id, title, description, duration_minutes, order, is_preview, video_url, video_path, completed}]}], reviews{count, rating, distribution{1..5}, recent[{id, author, avatar, rating, title, date, comment, helpful_count}]}, progress (percent, null when not enrolled), enrollment_id. video_url and video_path are null unless the caller may watch. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, VALIDATION_ERROR 422.';

revoke execute on function public.course_detail from public, anon, authenticated, service_role;

grant execute on function public.course_detail to anon, authenticated;

-- One page of what is said about a course. The counts are kept in course_stats: a course with fifty thousand reviews
-- answers as fast as one with five. Definer inside, for a plan that does not change with the role; who may see the course
-- is asked once, and hidden reviews are shown to nobody here.
create function private.list_reviews(
  course_id uuid,
  rating integer,
  ordering text,
  page integer,
  page_size integer
)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  ordering text := coalesce(list_reviews.ordering, '-helpful_count');
  page integer := private.clamp_page(list_reviews.page);
  page_size integer := private.clamp_page_size(list_reviews.page_size, 10);
  skipped integer := (page - 1) * page_size;
  stats public.course_stats;
  -- How many shown reviews have one star, two, …
  counts integer[];
  stars integer;
  ids uuid[] := '{}';
  voted_ids uuid[];
begin
  if list_reviews.rating not between 1 and 5 then
    perform private.fail('VALIDATION_ERROR', 422, 'There is no such rating.', '{"rating": "1 to 5"}');
  end if;
  if ordering not in ('-helpful_count', '-created_at', 'created_at', '-rating', 'rating') then
    perform private.fail(
      'INVALID_ORDERING', 422, 'There is no such ordering.',
      '{"ordering": "-helpful_count, -created_at, created_at, -rating or rating"}'
    );
  end if;

  select s.* into stats
  from public.course_stats s join public.courses c on c.id = s.course_id
  where s.course_id = list_reviews.course_id
    and (c.is_published or (caller is not null and private.has_course_access(c.id)));
  if not found then
    perform private.fail('COURSE_NOT_FOUND', 404, 'There is no such course.');
  end if;
  counts := array[stats.rating_1, stats.rating_2, stats.rating_3, stats.rating_4, stats.rating_5];

  -- One statement an index: each walks its own as far as the page.
  case
    when ordering = '-created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at desc, r.id limit page_size offset skipped
      );
    when ordering = 'created_at' then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
          and (list_reviews.rating is null or r.rating = list_reviews.rating)
        order by r.created_at, r.id desc limit page_size offset skipped
      );
    when ordering = '-helpful_count' and list_reviews.rating is null then
      ids := array(
        select r.id from public.reviews r
        where r.course_id = list_reviews.course_id and not r.is_hidden
        order by r.helpful_count desc, r.id limit page_size offset skipped
      );
    else
      -- By stars, and the most helpful first among equals: whole ratings before the page are passed over by their count.
      for place in 1 .. 5 loop
        stars := case when ordering = 'rating' then place else 6 - place end;
        continue when stars <> list_reviews.rating;
        if skipped >= counts[stars] then
          skipped := skipped - counts[stars];
        else
          ids := ids || array(
            select r.id from public.reviews r
            where r.course_id = list_reviews.course_id and not r.is_hidden and r.rating = stars
            order by r.helpful_count desc, r.id limit page_size - cardinality(ids) offset skipped
          );
          skipped := 0;
          exit when cardinality(ids) >= page_size;
        end if;
      end loop;
  end case;

  if caller is not null then
    voted_ids := array(select v.review_id from public.review_votes v where v.user_id = caller and v.review_id = any (ids));
  end if;

  return private.page_json(
    coalesce(counts[list_reviews.rating], stats.rating_count), page, page_size,
    (
      select json_agg(
        json_build_object(
          'id', r.id,
          'author', json_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path),
          'rating', r.rating,
          'title', r.title,
          'comment', r.comment,
          'helpful_count', r.helpful_count,
          'created_at', r.created_at,
          'updated_at', r.updated_at,
          'instructor_reply', nullif(r.instructor_reply, ''),
          'replied_at', r.replied_at,
          'is_own', coalesce(r.user_id = caller, false),
          'voted_helpful', coalesce(r.id = any (voted_ids), false)
        )
        order by x.place
      )
      from unnest(ids) with ordinality x(id, place)
      join public.reviews r on r.id = x.id
      left join public.profiles p on p.id = r.user_id
    )
  );
end
$$;

comment on function private.list_reviews is 'The door behind public.list_reviews.';

revoke execute on function private.list_reviews from public, anon, authenticated, service_role;

grant execute on function private.list_reviews to anon, authenticated;

create function public.list_reviews(
  course_id uuid,
  rating integer default null,
  ordering text default '-helpful_count',
  page integer default 1,
  page_size integer default 10
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  perform private.allow_caching();
  return private.list_reviews(course_id, rating, ordering, page, page_size);
end
$$;

comment on function public.list_reviews is
  'Shown reviews of a course. rating: only this many stars; ordering: -helpful_count (default), -created_at, created_at, -rating or rating; page_size: 1 to 100. Returns {count, total_pages, current_page, page_size, next, previous, results[{id, author{id, first_name, last_name, avatar}, rating, title, comment, helpful_count, created_at, updated_at, instructor_reply, replied_at, is_own, voted_helpful}]}. A visitor''s answer may be cached for a minute. Errors: COURSE_NOT_FOUND 404, INVALID_ORDERING 422, VALIDATION_ERROR 422.';

revoke execute on function public.list_reviews from public, anon, authenticated, service_role;

grant execute on function public.list_reviews to anon, authenticated;
