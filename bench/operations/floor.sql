-- What the floor has ready before anybody asks: cards, places of every ordering, and narrow rows to search and filter.
create schema floor;

create table floor.card as
  select v.id, to_jsonb(v) as card
  from
    public.v_course_cards as v
    join public.courses as c on c.id = v.id
  where c.is_published;

alter table floor.card add primary key (id);

-- The anchors of all pages at once: a page is a range of places.
create table floor.popular as
  select
    row_number() over (order by s.student_count desc, s.course_id)::integer as place,
    s.course_id,
    k.card || '{"enrolled": false, "in_cart": false, "in_wishlist": false}' as card
  from
    public.course_stats as s
    join floor.card as k on k.id = s.course_id;

alter table floor.popular add primary key (place);

create table floor.kept as
  select count(*)::integer as courses
  from floor.popular;

create table floor.narrow as
  select
    c.id,
    k.slug as category,
    c.level,
    c.price_cents,
    s.rating,
    s.student_count,
    c.published_at
  from
    public.courses as c
    join public.course_stats as s on s.course_id = c.id
    join public.categories as k on k.id = c.category_id
  where c.is_published;

create index on floor.narrow (category) include (level, price_cents, rating, student_count, published_at, id);

create table floor.search as
  select x.course_id, s.student_count, x.document
  from
    private.course_search as x
    join public.courses as c on c.id = x.course_id and c.is_published
    join public.course_stats as s on s.course_id = x.course_id;

-- Out of line, as in the schema: a scan of the heap reads small rows.
create index on floor.search using gin (document) with (fastupdate = off);
create index on floor.search (course_id);

-- The reviews of the hot course, ready to be shown, by their place.
create table floor.hot_review as
  select
    row_number() over (order by r.helpful_count desc, r.id)::integer as place,
    jsonb_build_object(
      'id',
      r.id,
      'author',
      jsonb_build_object(
        'id',
        p.id,
        'first_name',
        p.first_name,
        'last_name',
        p.last_name,
        'avatar',
        p.avatar_path
      ),
      'rating',
      r.rating,
      'title',
      r.title,
      'comment',
      r.comment,
      'helpful_count',
      r.helpful_count,
      'created_at',
      r.created_at,
      'updated_at',
      r.updated_at,
      'instructor_reply',
      null,
      'replied_at',
      null,
      'is_own',
      false,
      'voted_helpful',
      false
    ) as review
  from
    public.reviews as r
    join public.profiles as p on p.id = r.user_id
  where r.course_id = bench.id('course', 0) and not r.is_hidden;

alter table floor.hot_review add primary key (place);

-- What a teacher's courses add up to.
create table floor.teacher as
  select v.id, to_jsonb(v) as teacher
  from public.v_instructor_public as v;

alter table floor.teacher add primary key (id);

create sequence floor.order_number start 1000000;

-- The owner's SQL keeps references, too: with triggers at rest, those of the foreign keys go on.
do $$
declare
  reference record;
begin
  for reference in
    select t.tgrelid::regclass as of, t.tgname as name
    from
      pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid
    where
      t.tgisinternal and t.tgconstraint <> 0
      and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      -- A partition's own are those of its parent.
      and t.tgparentid = 0
  loop
    execute format('alter table %s enable always trigger %I', reference.of, reference.name);
  end loop;
end;
$$;
