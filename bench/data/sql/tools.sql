-- What the generator needs: how big the world is, draws that anybody can repeat, and a way to load without indexes.
create schema bench;

create table bench.size (
  courses integer not null,
  users integer not null,
  -- Drawn; what is drawn twice or cannot be counts once or not at all.
  enrollments integer not null,
  cart_items integer not null,
  wishes integer not null,
  orders integer not null,
  -- Share of the users who study what they enrolled in: keeps lesson_progress as big at 10S as memory allows.
  active_share double precision not null
);

-- A number from 0 to 1 that depends on the number of the row and the name of the stream only.
create function bench.draw(n bigint, stream text)
returns double precision
language sql
immutable
parallel safe
return (
  hashint8extended(n, hashtextextended(stream, 0)) & 9007199254740991
) / 9007199254740992.0::double precision;

-- A whole number below the limit; a power above one prefers small ones.
create function bench.pick(n bigint, stream text, below bigint, power double precision default 1)
returns integer
language sql
immutable
parallel safe
return floor(below * power(bench.draw(n, stream), power))::integer;

create function bench.id(stream text, n bigint)
returns uuid
language sql
immutable
parallel safe
return md5(stream || ':' || n)::uuid;

create function bench.one_of(choices text[], n bigint, stream text, power double precision default 1)
returns text
language sql
immutable
parallel safe
return choices[1 + bench.pick(n, stream, cardinality(choices), power)];

-- The course at a place of the ranking: neighbours in fame are not neighbours in the table. Course 0 is the hot one.
create function bench.course_of_rank(place integer, courses integer)
returns integer
language sql
immutable
parallel safe
return 1 + ((place::bigint * 7919 + 17) % (courses - 1))::integer;

-- Every twenty-fifth user teaches.
create function bench.instructor_of_course(course bigint, users integer)
returns integer
language sql
immutable
parallel safe
return 25 * bench.pick(course, 'instructor', users / 25, 2);

-- The beginning of today, so that badges and windows of days are the same on every day.
create function bench.today()
returns timestamptz
language sql
stable
return date_trunc('day', now(), 'UTC');

create table bench.dropped_indexes (name text primary key, definition text not null);

-- Indexes that no constraint needs come back when the rows are in: many times faster.
create procedure bench.drop_indexes()
language plpgsql
as $$
declare
  dropped record;
begin
  insert into bench.dropped_indexes (name, definition)
  select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  from pg_index i join pg_class t on t.oid = i.indrelid
  where t.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid);
  for dropped in select * from bench.dropped_indexes loop
    execute format('drop index %s', dropped.name);
  end loop;
end
$$;

create procedure bench.restore_indexes()
language plpgsql
as $$
declare
  dropped record;
begin
  for dropped in select * from bench.dropped_indexes order by name loop
    execute dropped.definition;
  end loop;
end
$$;
