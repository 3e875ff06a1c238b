-- The catalogue: a few subjects, prices and words are everywhere, most are rare.
insert into public.categories (id, name, slug, description)
select
  bench.id('category', c.n - 1),
  c.name,
  private.slugify(c.name),
  'Courses about ' || lower(c.name) || '.'
from
  unnest(
    '{Development,Business,Data Science,Design,Marketing,Languages,Photography,Music,Health,Teaching,Office Skills,Personal Growth}'::text[]
  ) with ordinality as c (name, n);

-- The first words are everywhere; the long tail is made of syllables.
create table bench.word as
  select (w.n - 1)::integer as n, w.word
  from
    unnest(
      string_to_array(
        'you learn how build with real projects step exercises from practice course work every lesson clear examples understand modern tools better code data design team write start plan test large small fast simple system model web apps business language growth analysis music video photo market sales teaching health office time money research people method theory security cloud server mobile game animation drawing writing reading speaking grammar travel fitness cooking garden guitar piano voice mixing camera light portrait brand email search social content strategy finance accounting invest startup leadership interview career resume python javascript typescript rust golang kotlin swift java react vue angular svelte node django rails spring docker kubernetes linux git sql postgres redis kafka spark pandas numpy statistics calculus algebra probability machine deep neural vision robotics embedded arduino blender figma photoshop illustrator excel powerpoint word notion french spanish german japanese korean mandarin italian portuguese arabic hindi',
        ' '
      )
    ) with ordinality as w (word, n);

insert into bench.word (n, word)
select
  i,
  bench.one_of('{ba,co,du,fe,gi,ha,jo,ka,li,mo,nu,pa,ra,se,ti,vo,wa,xe,yo,zu}', i, 'onset') || bench.one_of(
    '{lan,mer,nos,pil,rud,sab,tek,vin,zor,gal}',
    i,
    'middle'
  ) || bench.one_of('{ta,ric,mond,que,lis,dor,vex,num,ser,phi}', i, 'coda')
from generate_series((select count(*) from bench.word), 2999) as i;

create unique index on bench.word (n) include (word);

-- plpgsql, because it keeps its plan, and one look at the index a word.
create function bench.words(n bigint, how_many integer)
returns text
language plpgsql
stable
as $$
begin
  return (
    select string_agg((select w.word from bench.word w where w.n = bench.pick(words.n * 128 + i, 'word', 3000, 2)), ' ' order by i)
    from generate_series(1, how_many) i
  );
end
$$;

analyze bench.word;

create table bench.course as
  select
    x.n,
    bench.id('course', x.n) as id,
    bench.instructor_of_course(x.n, s.users) as instructor,
    (
      case
        when x.n = 0
        or bench.draw(x.n, 'status') < 0.96 then 'published'
        when bench.draw(x.n, 'status') < 0.98 then 'draft'
        when bench.draw(x.n, 'status') < 0.99 then 'unpublished'
        else 'archived'
      end
    )::public.course_status as status,
    (array[1999, 2499, 1499, 4999, 8999, 999, 0, 12999, 19999, 29999])[
      1 + bench.pick(x.n, 'price', 10, 1.6)
    ] as price_cents,
    bench.today() - make_interval(mins => 60 + bench.pick(x.n, 'published', 1440 * 1000)) as published_at,
    initcap(
      concat_ws(
        ' ',
        bench.one_of(
          '{complete,practical,modern,applied,essential,advanced,everyday,visual}',
          x.n,
          'adjective',
          1.5
        ),
        w.word,
        bench.one_of(
          '{"for beginners",bootcamp,masterclass,"from scratch","in practice","for teams","step by step","by example"}',
          x.n,
          'ending',
          1.5
        ),
        v.word
      )
    ) as title,
    3 + bench.pick(x.n, 'lessons 1', 5) as lessons_1,
    3 + bench.pick(x.n, 'lessons 2', 5) as lessons_2,
    3 + bench.pick(x.n, 'lessons 3', 5) as lessons_3,
    3 + bench.pick(x.n, 'lessons 4', 5) as lessons_4
  from
    bench.size as s
    cross join generate_series(0, s.courses - 1) as x (n)
    join bench.word as w on w.n = bench.pick(x.n, 'topic', 160, 1.5)
    join bench.word as v on v.n = bench.pick(x.n, 'second topic', 3000, 2);

alter table bench.course add primary key (n);

alter table bench.course
add column lessons integer not null generated always as (
  lessons_1 + lessons_2 + lessons_3 + lessons_4
) stored;

analyze bench.course;

insert into public.courses
  (
    id,
    slug,
    title,
    short_description,
    description,
    category_id,
    instructor_id,
    level,
    language,
    thumbnail_path,
    price_cents,
    original_price_cents,
    status,
    is_featured,
    published_at,
    archived_at,
    last_updated,
    created_at,
    updated_at
  )
select
  c.id,
  private.slugify(c.title) || '-' || c.n,
  c.title,
  bench.words(c.n * 2 + 1, 12),
  bench.words(c.n * 2, 60 + bench.pick(c.n, 'description', 61)),
  bench.id('category', bench.pick(c.n, 'category', 12, 1.6)),
  p.id,
  (enum_range(null::public.course_level))[1 + bench.pick(c.n, 'level', 3, 1.4)],
  bench.one_of('{English,Spanish,German,French,Portuguese,Japanese}', c.n, 'language', 3),
  c.id || '/cover.webp',
  c.price_cents,
  case
    when c.price_cents > 0
    and bench.draw(c.n, 'sale') < 0.3 then c.price_cents * 2
  end,
  c.status,
  bench.draw(c.n, 'featured') < 0.01,
  case
    when c.status != 'draft' then c.published_at
  end,
  case
    when c.status = 'archived' then c.published_at + interval '1 hour'
  end,
  c.published_at,
  c.published_at - interval '7 days',
  c.published_at
from
  bench.course as c
  join bench.person as p on p.n = c.instructor;

insert into public.course_stats (course_id)
select c.id
from bench.course as c;

insert into public.course_instructors (course_id, user_id, role, revenue_share_percent, created_at)
select c.id, p.id, 'owner', 100, c.published_at
from
  bench.course as c
  join bench.person as p on p.n = c.instructor;

insert into public.course_price_history (course_id, price_cents, currency, charged_from)
select c.id, c.price_cents, 'usd', c.published_at
from bench.course as c
where c.status = 'published';

insert into public.course_outcomes (course_id, position, text)
select c.id, i, bench.words(c.n * 16 + i, 7)
from
  bench.course as c
  cross join generate_series(1, 4) as i;

insert into public.course_requirements (course_id, position, text)
select c.id, i, bench.words(c.n * 16 + 8 + i, 5)
from
  bench.course as c
  cross join generate_series(1, 2) as i;

insert into public.curriculum_sections (id, course_id, title, position, created_at)
select
  bench.id('section', c.n * 4::bigint + i),
  c.id,
  initcap(bench.words(c.n * 64 + i, 3)),
  i,
  c.published_at
from
  bench.course as c
  cross join generate_series(1, 4) as i;

-- Lessons by their place in the whole course.
create table bench.lesson as
  select
    c.n as course,
    (
      row_number() over (
        partition by c.n
        order by i.section, i.place
      )
    )::integer as number,
    c.id as course_id,
    bench.id('lesson', c.n * 32::bigint + i.section * 8 + i.place) as id,
    bench.id('section', c.n * 4::bigint + i.section) as section_id,
    i.place,
    60 + bench.pick(c.n * 32::bigint + i.section * 8 + i.place, 'seconds', 1500, 1.5) as seconds
  from
    bench.course as c
    cross join lateral (
      select 1 as section, p as place from generate_series(1, c.lessons_1) as p
      union all
      select 2, p from generate_series(1, c.lessons_2) as p
      union all
      select 3, p from generate_series(1, c.lessons_3) as p
      union all
      select 4, p from generate_series(1, c.lessons_4) as p
    ) as i;

alter table bench.lesson add primary key (course, number);

analyze bench.lesson;

insert into public.lessons (id, section_id, course_id, title, duration_seconds, position, is_preview)
select
  l.id,
  l.section_id,
  l.course_id,
  initcap(bench.words(l.course * 64 + 8 + l.number, 4)),
  l.seconds,
  l.place,
  l.number = 1
from bench.lesson as l;

insert into public.lesson_contents (lesson_id, course_id, video_path, body, resources)
select
  l.id,
  l.course_id,
  l.course_id || '/' || l.id || '/video.mp4',
  repeat('Watch the video first, then try it yourself before you read on. ', 8),
  case
    when l.number % 4 = 1 then jsonb_build_array(
      jsonb_build_object('title', 'Slides', 'url', 'https://example.com/slides.pdf')
    )
    else '[]'
  end
from bench.lesson as l;
