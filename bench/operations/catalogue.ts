import { callStatement, scalarAnswer } from '../load/data-api.ts';
import type { Operation } from './operation.ts';

const page = { page: 'integer' };

/** A page of ready cards by their places; `card` says what is done to each. */
const floorPage = (card = 'k.card'): string => `
  select jsonb_build_object(
    'count', n.courses, 'total_pages', (n.courses + 19) / 20, 'current_page', a.page, 'page_size', 20,
    'next', case when a.page * 20 < n.courses then a.page + 1 end, 'previous', case when a.page > 1 then a.page - 1 end,
    'results', (
      select jsonb_agg(${card} order by k.place) from floor.popular k
      where k.place between (a.page - 1) * 20 + 1 and a.page * 20
    )
  ) as pgrst_scalar
  from floor.kept n, (select ($2::jsonb ->> 'page')::integer as page) a where $1::uuid is not null or true`;

const flags = `k.card || jsonb_build_object(
  'enrolled', exists (select from public.enrollments e where e.user_id = $1 and e.course_id = k.course_id and e.status = 'active'),
  'in_cart', exists (select from public.cart_items i where i.user_id = $1 and i.course_id = k.course_id),
  'in_wishlist', exists (select from public.wishlists w where w.user_id = $1 and w.course_id = k.course_id))`;

const learner = `(select p.id from bench.person p where p.n = bench.pick(i, 'who asks', (select s.users from bench.size s), 1.25))`;
const course = `bench.id('course', case when bench.draw(i, 'hot') < 0.1 then 0 else bench.course_of_rank(bench.pick(i, 'which', s.courses - 1, 2.5), s.courses) end)`;

const filters = {
  category: 'text',
  level: 'text',
  min_price: 'numeric',
  max_price: 'numeric',
  rating_min: 'numeric',
  ordering: 'text',
};
const reviewPage = { course_id: 'uuid', page: 'integer' };

export const catalogue: readonly Operation[] = [
  {
    name: 'catalogue_page',
    role: 'anon',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 39, '10S': 4.1 }, p50Alone: 48 },
    statement: callStatement('search_courses', page),
    floor: scalarAnswer(floorPage()),
    requests: `select null::uuid as user_id, jsonb_build_object('page', 1 + bench.pick(i, 'page', 10, 3)) as args from generate_series(1, $1::int) i`,
  },
  {
    name: 'catalogue_page_signed_in',
    role: 'authenticated',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 44, '10S': 5.0 }, p50Alone: 52 },
    statement: callStatement('search_courses', page),
    floor: scalarAnswer(floorPage(flags)),
    requests: `select ${learner} as user_id, jsonb_build_object('page', 1 + bench.pick(i, 'page', 10, 3)) as args from generate_series(1, $1::int) i`,
  },
  {
    name: 'deep_page',
    role: 'anon',
    writes: false,
    goal: 0.6,
    design: { perSecond: { S: 23, '10S': 2.8 }, p50Alone: 59 },
    statement: callStatement('search_courses', page),
    floor: scalarAnswer(floorPage()),
    requests: `select null::uuid as user_id, jsonb_build_object('page', least(200, n.courses / 40) + bench.pick(i, 'deep page', n.courses / 20 - least(200, n.courses / 40))) as args
      from generate_series(1, $1::int) i, floor.kept n`,
  },
  {
    name: 'filtered',
    role: 'anon',
    writes: false,
    goal: 0.7,
    design: { perSecond: { S: 81, '10S': 28 }, p50Alone: 19 },
    statement: callStatement('search_courses', filters),
    floor: scalarAnswer(`
      with a as (
        select $2::jsonb ->> 'category' as category, ($2::jsonb ->> 'level')::public.course_level as level,
          100 * ($2::jsonb ->> 'min_price')::numeric as min_cents, 100 * ($2::jsonb ->> 'max_price')::numeric as max_cents,
          ($2::jsonb ->> 'rating_min')::numeric as rating_min, $2::jsonb ->> 'ordering' as ordering
      ), found as materialized (
        select n.* from a join floor.narrow n on n.category = a.category
        where (a.level is null or n.level = a.level) and (a.min_cents is null or n.price_cents >= a.min_cents)
          and (a.max_cents is null or n.price_cents <= a.max_cents) and (a.rating_min is null or n.rating >= a.rating_min)
      ), shown as (
        select f.id, row_number() over () as place from (
          select f.id from found f, a
          order by case when a.ordering = 'rating' then f.rating end desc nulls last,
            case when a.ordering in ('popular', 'rating') then f.student_count end desc,
            case when a.ordering = 'newest' then f.published_at end desc,
            case a.ordering when 'price_low' then f.price_cents when 'price_high' then -f.price_cents end, f.id
          limit 20
        ) f
      )
      select jsonb_build_object('count', (select count(*) from found), 'current_page', 1, 'page_size', 20,
        'results', coalesce((select jsonb_agg(k.card || '{"enrolled": false, "in_cart": false, "in_wishlist": false}' order by s.place) from shown s join floor.card k on k.id = s.id), '[]')) as pgrst_scalar
      from (select $1::uuid) x`),
    requests: `select null::uuid as user_id, jsonb_strip_nulls(jsonb_build_object(
        'category', (select k.slug from public.categories k where k.id = bench.id('category', bench.pick(i, 'filter', 12, 1.6))),
        'level', case when bench.draw(i, 'by level') < 0.5 then (enum_range(null::public.course_level))[1 + bench.pick(i, 'which level', 3)] end,
        'min_price', case when bench.draw(i, 'from') < 0.5 then 10 end, 'max_price', case when bench.draw(i, 'to') < 0.5 then 60 end,
        'rating_min', case when bench.draw(i, 'rated') < 0.5 then 3.5 end,
        'ordering', bench.one_of('{popular,newest,rating,price_low,price_high}', i, 'ordering'))) as args
      from generate_series(1, $1::int) i`,
  },
  {
    name: 'search',
    role: 'anon',
    writes: false,
    goal: 0.7,
    design: { perSecond: { S: 98, '10S': 16 }, p50Alone: 16 },
    statement: callStatement('search_courses', { search: 'text' }),
    floor: scalarAnswer(`
      with q as (select websearch_to_tsquery('pg_catalog.english', $2::jsonb ->> 'search') as query),
      found as materialized (
        select s.course_id, s.student_count, s.document from q join floor.search s on s.document @@ q.query
      ), shown as (
        -- Ranked are those who stand a chance: the most popular thousand.
        select r.course_id, row_number() over (order by r.rank desc, r.student_count desc, r.course_id) as place from (
          select f.course_id, f.student_count, ts_rank(f.document, q.query) as rank
          from (select * from found order by student_count desc limit 1000) f, q
          order by rank desc, f.student_count desc, f.course_id limit 20
        ) r
      )
      select jsonb_build_object('count', (select count(*) from found), 'current_page', 1, 'page_size', 20,
        'results', coalesce((select jsonb_agg(k.card || '{"enrolled": false, "in_cart": false, "in_wishlist": false}' order by s.place) from shown s join floor.card k on k.id = s.course_id), '[]')) as pgrst_scalar
      from (select $1::uuid) x`),
    // One word or two, one in ten with a letter too many: the words of the world by how often they are said.
    requests: `select null::uuid as user_id, jsonb_build_object('search', concat_ws(' ',
        (select w.word from bench.word w where w.n = 20 + bench.pick(i, 'searched', 2000, 2)) || case when bench.draw(i, 'typing error') < 0.1 then 'h' else '' end,
        case when bench.draw(i, 'two words') < 0.4 then (select w.word from bench.word w where w.n = 20 + bench.pick(i, 'second word', 500, 2)) end)) as args
      from generate_series(1, $1::int) i`,
  },
  ...(['course_detail', 'course_detail_hot'] as const).map((name): Operation => ({
    name,
    role: 'anon',
    writes: false,
    goal: 0.8,
    design:
      name === 'course_detail'
        ? { perSecond: { S: 102, '10S': 83 }, p50Alone: 20 }
        : { perSecond: { S: 80, '10S': 26 }, p50Alone: 24 },
    statement: callStatement('course_detail', { course_id: 'uuid' }),
    floor: scalarAnswer(`
        select k.card || jsonb_build_object('enrolled', false, 'in_cart', false, 'in_wishlist', false, 'progress', null, 'enrollment_id', null,
          'description', c.description, 'short_description', c.short_description, 'preview_video_url', c.preview_video_url,
          'language', c.language, 'review_count', s.review_count, 'last_updated', c.last_updated, 'published_at', c.published_at,
          'status', c.status, 'is_published', c.is_published,
          'lowest_price_30_days', (
            select min(h.price_cents) from public.course_price_history h
            where h.course_id = c.id and h.charged_from < (select max(p.charged_from) from public.course_price_history p where p.course_id = c.id)) / 100.0,
          'instructor', jsonb_build_object('id', t.id, 'first_name', t.teacher -> 'first_name', 'last_name', t.teacher -> 'last_name', 'profile', t.teacher),
          'instructors', array(
            select x.teacher from public.course_instructors i join floor.teacher x on x.id = i.user_id
            where i.course_id = c.id and i.role = 'co_instructor'),
          'outcomes', (select jsonb_agg(o.text order by o.position) from public.course_outcomes o where o.course_id = c.id),
          'requirements', (select jsonb_agg(r.text order by r.position) from public.course_requirements r where r.course_id = c.id),
          'curriculum', (
            select jsonb_agg(jsonb_build_object('id', x.id, 'title', x.title, 'description', x.description, 'order', x.position,
              'total_lessons', x.total_lessons, 'total_duration_minutes', x.total_duration_minutes,
              'lessons', (
                select jsonb_agg(jsonb_build_object('id', l.id, 'title', l.title, 'description', l.description,
                  'duration_minutes', l.duration_minutes, 'order', l.position, 'is_preview', l.is_preview,
                  'video_url', v.video_url, 'video_path', v.video_path, 'completed', false) order by l.position)
                from public.lessons l left join public.lesson_contents v on v.lesson_id = l.id and l.is_preview
                where l.section_id = x.id)) order by x.position)
            from public.curriculum_sections x where x.course_id = c.id),
          'reviews', jsonb_build_object('count', s.rating_count, 'rating', s.rating,
            'distribution', jsonb_build_object('5', s.rating_5, '4', s.rating_4, '3', s.rating_3, '2', s.rating_2, '1', s.rating_1),
            'recent', (
              select jsonb_agg(jsonb_build_object('id', r.id, 'author', p.first_name || ' ' || p.last_name, 'avatar', p.avatar_path,
                'rating', r.rating, 'title', r.title, 'date', r.created_at, 'comment', r.comment, 'helpful_count', r.helpful_count) order by r.created_at desc, r.id)
              from (select * from public.reviews r where r.course_id = c.id and not r.is_hidden and r.has_words order by r.created_at desc, r.id limit 5) r
              join public.profiles p on p.id = r.user_id))) as pgrst_scalar
        from public.courses c
          join floor.card k on k.id = c.id
          join public.course_stats s on s.course_id = c.id
          join floor.teacher t on t.id = c.instructor_id
        where c.id = ($2::jsonb ->> 'course_id')::uuid and c.is_published and ($1::uuid is null or true)`),
    requests:
      name === 'course_detail'
        ? `select null::uuid as user_id, jsonb_build_object('course_id', x.id) as args
             from bench.size s, generate_series(1, $1::int) i, lateral (select ${course} as id) x
             where exists (select from public.courses c where c.id = x.id and c.is_published)`
        : `select null::uuid as user_id, jsonb_build_object('course_id', bench.id('course', 0)) as args from generate_series(1, $1::int) i`,
  })),
  {
    name: 'reviews_hot',
    role: 'anon',
    writes: false,
    goal: 0.8,
    design: { perSecond: { S: 30, '10S': 3.2 }, p50Alone: 65 },
    statement: callStatement('list_reviews', reviewPage),
    floor: scalarAnswer(`
      select jsonb_build_object('count', s.rating_count, 'total_pages', (s.rating_count + 9) / 10, 'current_page', a.page, 'page_size', 10,
        'next', a.page + 1, 'previous', a.page - 1,
        'results', (select jsonb_agg(r.review order by r.place) from floor.hot_review r where r.place between (a.page - 1) * 10 + 1 and a.page * 10)) as pgrst_scalar
      from (select ($2::jsonb ->> 'page')::integer as page) a, public.course_stats s
      where s.course_id = ($2::jsonb ->> 'course_id')::uuid and ($1::uuid is null or true)`),
    requests: `select null::uuid as user_id, jsonb_build_object('course_id', s.course_id, 'page', 1 + bench.pick(i, 'review page', s.rating_count / 10, 2)) as args
      from public.course_stats s, generate_series(1, $1::int) i where s.course_id = bench.id('course', 0)`,
  },
];
