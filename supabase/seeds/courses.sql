-- The courses of the list, with everything in them. Each was sold at its original price first: a struck-through price is a real one.

create or replace function seed.course_id(title text)
returns uuid
language sql
immutable
return seed.id('course', title);

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
    thumbnail_path,
    price_cents,
    status,
    published_at,
    archived_at,
    created_at,
    last_updated
  )
select
  seed.course_id(c.title),
  private.slugify(c.title),
  c.title,
  c.promise,
  format(
    E'%s. That is the whole promise of this course, and everything in it serves that promise.\n\n' 
 'You work through %s short lessons in %s. Each lesson shows one thing, lets you do it, and asks you to explain it. ' 
 'There are exercises with solutions, a project that grows from section to section, and a list of further reading ' 
 'for those who want to know why.\n\n' 
 'No lesson is longer than a coffee. Questions are answered, usually on the same day.',
    c.promise,
    12 + seed.pick(10, 'lessons', c.title),
    k.name
  ),
  k.id,
  seed.id('user', t.instructor || '@learnflow.test'),
  c.level,
  case
    when c.status = 'published' then seed.course_id(c.title) || '/thumbnail.png'
  end,
  coalesce(c.original_price_cents, c.price_cents),
  case
    when c.status = 'draft' then 'draft'::public.course_status
    else 'published'
  end,
  case
    when c.status != 'draft' then made.at + interval '7 days'
  end,
  null,
  made.at,
  made.at + interval '7 days'
from
  seed.courses as c
  join seed.topics as t on t.category = c.category
  join public.categories as k on k.slug = c.category
  -- The last of each category are new, the others up to two years old.
  cross join lateral (
    select now() - make_interval(days => 20 + seed.pick(700, 'age', c.title)) as at
  ) as made;

-- What was charged is history of its own: as old as the course.
update public.course_price_history as h
set charged_from = c.published_at
from public.courses as c
where c.id = h.course_id;

update public.courses as c
set
  price_cents = s.price_cents,
  original_price_cents = s.original_price_cents
from seed.courses as s
where c.id = seed.course_id(s.title) and s.original_price_cents is not null;

update public.courses as c
set preview_video_url = 'https://videos.learnflow.test/trailers/' || c.slug || '.mp4'
where c.is_published;

insert into public.course_outcomes (course_id, position, text)
select seed.course_id(c.title), o.position, o.text
from
  seed.courses as c
  join seed.topics as t on t.category = c.category
  cross join lateral (
    values
      (1, 'Explain ' || lower(t.topics[1]) || ' in your own words'),
      (2, 'Use ' || lower(t.topics[3]) || ' in a project of your own'),
      (3, 'Avoid the five mistakes that beginners make with ' || lower(t.topics[5])),
      (4, c.promise)
  ) as o (position, text);

insert into public.course_requirements (course_id, position, text)
select seed.course_id(c.title), r.position, r.text
from
  seed.courses as c
  cross join lateral (
    values
      (
        1,
        case c.level
          when 'beginner' then 'No experience needed'
          when 'intermediate' then 'The basics of the subject'
          else 'A year of practice in the subject'
        end
      ),
      (2, 'A computer with internet connection')
  ) as r (position, text);

insert into public.curriculum_sections (id, course_id, title, description, position)
select
  seed.id('section', c.title || n),
  seed.course_id(c.title),
  t.topics[1 + (n + c.number) % 8],
  'Section ' || n || ' of ' || c.title || '.',
  n
from
  seed.courses as c
  join seed.topics as t on t.category = c.category
  cross join lateral generate_series(1, 3 + seed.pick(3, 'sections', c.title)) as n;

insert into public.lessons
  (id, section_id, course_id, title, description, duration_seconds, position, is_preview)
select
  seed.id('lesson', s.id::text || n),
  s.id,
  s.course_id,
  (
    array[
      'Why this matters',
      'A first example',
      'The idea behind it',
      'Doing it yourself',
      'What can go wrong',
      'A larger example',
      'Summary and questions'
    ]
  )[n],
  '',
  240 + 30 * seed.pick(24, 'length', s.id::text, n::text),
  n,
  s.position = 1 and n = 1
from
  public.curriculum_sections as s
  cross join lateral generate_series(1, 3 + seed.pick(5, 'lessons', s.id::text)) as n;

insert into public.lesson_contents (lesson_id, course_id, video_url, body, resources)
select
  l.id,
  l.course_id,
  format('https://videos.learnflow.test/%s/%s.mp4', c.slug, l.id),
  format(
    E'# %s\n\nNotes to the lesson "%s" of %s.\n\nWatch first, then try it without looking.',
    l.title,
    l.title,
    c.title
  ),
  case
    when l.position = 1 then jsonb_build_array(
      jsonb_build_object(
        'title',
        'Exercises',
        'url',
        format('https://files.learnflow.test/%s/%s.pdf', c.slug, l.id)
      )
    )
    else '[]'
  end
from
  public.lessons as l
  join public.courses as c on c.id = l.course_id;

-- A second pair of hands for the bootcamp, who edits but does not price.
insert into public.course_instructors (course_id, user_id, role)
values
  (
    seed.course_id('Complete Web Development Bootcamp 2026'),
    seed.id('user', 'tomas.novak@learnflow.test'),
    'co_instructor'
  );

update public.courses as c
set is_featured = true
where
  c.title in (
    'Complete Web Development Bootcamp 2026',
    'Statistics You Will Actually Use',
    'Interface Design Fundamentals',
    'Piano for Adults',
    'German from Zero',
    'Photography from Scratch'
  );
