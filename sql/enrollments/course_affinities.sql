-- One row: students of one course also study another.
create table private.course_affinities (
  course_id uuid not null references public.courses (id)
    on delete cascade,
  related_course_id uuid not null references public.courses (id)
    on delete cascade,
  score real not null check (score > 0),
  primary key (course_id, related_course_id)
);

comment on table private.course_affinities is
  'The twenty courses that go best with each, by shared students. Made anew every night.';

create index course_affinities_related_course_id_idx on private.course_affinities (related_course_id);

alter table private.course_affinities enable row level security;

-- No policy and no grant: recommendations reads it, refresh_course_affinities writes it.
revoke all on table private.course_affinities from public, anon, authenticated, service_role;

create function private.refresh_course_affinities(sample_size integer default 200000)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  written integer;
begin
  delete from private.course_affinities a where a.course_id is not null;

  -- The latest enrolments only, and twenty of one student: the cost stays the same however many there are.
  insert into private.course_affinities (course_id, related_course_id, score)
  with latest as materialized (
    select l.user_id, l.course_id
    from (
      select e.user_id, e.course_id, row_number() over (partition by e.user_id order by e.enrolled_at desc) as place
      from (
        select x.user_id, x.course_id, x.enrolled_at
        from public.enrollments x
        order by x.enrolled_at desc
        limit refresh_course_affinities.sample_size
      ) e
    ) l
    where l.place <= 20
  ), sizes as (
    select l.course_id, count(*) as students from latest l group by l.course_id
  ), pairs as (
    select a.course_id, b.course_id as related_course_id, count(*) as shared
    from latest a join latest b on b.user_id = a.user_id and b.course_id <> a.course_id
    group by a.course_id, b.course_id
    having count(*) > 1
  ), ranked as (
    -- Cosine: a course that everybody takes goes with nothing in particular.
    select p.course_id, p.related_course_id, p.shared / sqrt(s.students * r.students) as score,
      row_number() over (
        partition by p.course_id order by p.shared / sqrt(s.students * r.students) desc, p.related_course_id
      ) as place
    from
      pairs p
      join sizes s on s.course_id = p.course_id
      join sizes r on r.course_id = p.related_course_id
  )
  select r.course_id, r.related_course_id, r.score from ranked r where r.place <= 20;
  get diagnostics written = row_count;
  return written;
end
$$;

comment on function private.refresh_course_affinities is
  'Job: makes course_affinities anew from the latest enrolments; returns how many rows.';

revoke execute
on function private.refresh_course_affinities
from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('refresh_course_affinities', 'select private.refresh_course_affinities()', interval '1 day')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;
