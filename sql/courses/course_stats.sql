-- One row: the counters of one course, apart from the words so that an edit and a count never meet.
create table public.course_stats (
  course_id uuid primary key references public.courses (id)
    on delete cascade,
  rating_1 integer not null default 0 check (rating_1 >= 0),
  rating_2 integer not null default 0 check (rating_2 >= 0),
  rating_3 integer not null default 0 check (rating_3 >= 0),
  rating_4 integer not null default 0 check (rating_4 >= 0),
  rating_5 integer not null default 0 check (rating_5 >= 0),
  -- Only the five counters are kept: what follows from them cannot disagree with them.
  rating_count integer not null generated always as (
    rating_1 + rating_2 + rating_3 + rating_4 + rating_5
  ) stored,
  rating_sum integer not null generated always as (
    rating_1 + 2 * rating_2 + 3 * rating_3 + 4 * rating_4 + 5 * rating_5
  ) stored,
  rating numeric(3, 2) not null generated always as (
    coalesce(
      round(
        (rating_1 + 2 * rating_2 + 3 * rating_3 + 4 * rating_4 + 5 * rating_5)::numeric / nullif(
          rating_1 + rating_2 + rating_3 + rating_4 + rating_5,
          0
        ),
        2
      ),
      0
    )
  ) stored,
  review_count integer not null default 0 check (review_count >= 0),
  student_count integer not null default 0 check (student_count >= 0),
  section_count integer not null default 0 check (section_count >= 0),
  lesson_count integer not null default 0 check (lesson_count >= 0),
  duration_seconds integer not null default 0 check (duration_seconds >= 0),
  bestseller_until timestamptz
)
with (fillfactor = 70); -- counters move all the time: leave them room
comment on table public.course_stats is
  'Counters of a course, kept by triggers on the facts; private.recount_course makes them anew.';
comment on column public.course_stats.course_id is 'The course.';
comment on column public.course_stats.rating_1 is 'Shown reviews with one star.';
comment on column public.course_stats.rating_2 is 'Shown reviews with two stars.';
comment on column public.course_stats.rating_3 is 'Shown reviews with three stars.';
comment on column public.course_stats.rating_4 is 'Shown reviews with four stars.';
comment on column public.course_stats.rating_5 is 'Shown reviews with five stars.';
comment on column public.course_stats.rating_count is 'Shown ratings, with or without words.';
comment on column public.course_stats.rating_sum is 'Sum of their stars.';
comment on column public.course_stats.rating is 'Their mean, two decimals; 0 without ratings.';
comment on column public.course_stats.review_count is 'Shown reviews that say something.';
comment on column public.course_stats.student_count is
  'People who may study the course now and do not teach it; kept by enrollments/count_enrollments.sql.';
comment on column public.course_stats.section_count is 'Sections of the curriculum.';
comment on column public.course_stats.lesson_count is 'Lessons of the curriculum.';
comment on column public.course_stats.duration_seconds is 'Length of all lessons in seconds.';
comment on column public.course_stats.bestseller_until is
  'A bestseller until then: the badge ends by itself when nobody renews it.';

-- No index on a counter: every update would have to write it. Lists are ordered by private.catalogue_entries.
alter table public.course_stats enable row level security;

revoke all on table public.course_stats from public, anon, authenticated, service_role;

grant select on table public.course_stats to anon, authenticated;
-- No insert, update or delete: triggers on the facts are the only writers.

-- Whoever sees the course sees its counters.
create policy select_of_visible_course on public.course_stats
for select
to anon, authenticated
using (exists (select from public.courses as c where c.id = course_id));

create function private.create_course_stats()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into public.course_stats (course_id) values (new.id) on conflict do nothing;
  return null;
end
$$;

comment on function private.create_course_stats is
  'Trigger on courses: a new course starts with counters of zero.';

revoke execute on function private.create_course_stats from public, anon, authenticated, service_role;

create trigger create_course_stats
after insert on public.courses
for each row
execute function private.create_course_stats();
