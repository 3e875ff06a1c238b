-- One row: how many courses on sale share category, level, language, price band and rating band. Facets and counts add
-- up some thousand cells at most, however many courses there are.
create table private.catalogue_cells (
  id bigint generated always as identity primary key,
  category_id uuid,
  level public.course_level not null,
  language text not null check (length(language) <= 50),
  price_band smallint not null,
  rating_band numeric(2, 1) not null,
  course_count integer not null
)
with (fillfactor = 70);

comment on table private.catalogue_cells is
  'Kept counts of catalogue_entries by everything that a facet can be; exact together with what waits in catalogue_cell_changes.';

create unique index catalogue_cells_key on private.catalogue_cells (
  category_id,
  level,
  language,
  price_band,
  rating_band
)
nulls not distinct; -- a course without a category is counted, too
alter table private.catalogue_cells enable row level security;

-- No policy and no grant: private.catalogue_facets reads, private.fold_catalogue_cells writes.
revoke all on table private.catalogue_cells from public, anon, authenticated, service_role;

-- One row: a course entered a cell (1) or left it (-1), and has not been added up yet. Many courses share a cell: authors who
-- change several would wait for each other, in a circle some day. Here each leaves notes, and nobody waits.
create table private.catalogue_cell_changes (
  id bigint generated always as identity primary key,
  category_id uuid,
  level public.course_level not null,
  language text not null check (length(language) <= 50),
  price_band smallint not null,
  rating_band numeric(2, 1) not null,
  change smallint not null
);

comment on table private.catalogue_cell_changes is
  'Changes of catalogue_cells that wait for the job; readers add them up.';

alter table private.catalogue_cell_changes enable row level security;

-- No policy and no grant: private.catalogue_facets reads, the trigger below and the job write.
revoke all on table private.catalogue_cell_changes from public, anon, authenticated, service_role;

-- Definer: an entry goes with the draft its author deletes.
create function private.count_catalogue()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  insert into private.catalogue_cell_changes (category_id, level, language, price_band, rating_band, change)
  select old.category_id, old.level, old.language, old.price_band, old.rating_band, -1 where tg_op <> 'INSERT'
  union all
  select new.category_id, new.level, new.language, new.price_band, new.rating_band, 1 where tg_op <> 'DELETE';
  return null;
end
$$;

comment on function private.count_catalogue is
  'Trigger on catalogue_entries: notes which cells courses entered and left.';

revoke execute on function private.count_catalogue from public, anon, authenticated, service_role;

create trigger count_catalogue
after insert or delete on private.catalogue_entries
for each row
execute function private.count_catalogue();

-- Its WHEN costs new counters nothing.
create trigger count_catalogue_moved
after update on private.catalogue_entries
for each row
when
  (
    (old.category_id, old.level, old.language, old.price_band, old.rating_band) is distinct from (
      new.category_id,
      new.level,
      new.language,
      new.price_band,
      new.rating_band
    )
  )
execute function private.count_catalogue();

create function private.fold_catalogue_cells()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  folded integer;
begin
  with waiting as (
    delete from private.catalogue_cell_changes w where w.id > 0
    returning w.category_id, w.level, w.language, w.price_band, w.rating_band, w.change
  )
  insert into private.catalogue_cells as c (category_id, level, language, price_band, rating_band, course_count)
  select w.category_id, w.level, w.language, w.price_band, w.rating_band, sum(w.change)
  from waiting w
  group by w.category_id, w.level, w.language, w.price_band, w.rating_band
  having sum(w.change) <> 0
  order by w.category_id, w.level, w.language, w.price_band, w.rating_band
  on conflict (category_id, level, language, price_band, rating_band) do update set course_count = c.course_count + excluded.course_count;
  get diagnostics folded = row_count;
  return folded;
end
$$;

comment on function private.fold_catalogue_cells is 'Job: adds up what waits; returns of how many cells.';

revoke execute on function private.fold_catalogue_cells from public, anon, authenticated, service_role;

insert into private.jobs (name, command, run_every)
values ('fold_catalogue_cells', 'select private.fold_catalogue_cells()', interval '1 minute')
on conflict (name) do update
  set
    command = excluded.command,
    run_every = excluded.run_every;

-- The whole catalogue as its facets see it.
create function private.kept_facet_cells()
returns private.facet_cell[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return array(
    select row(
      c.category_id, c.level, c.language, c.price_band, c.rating_band, true, true, true, sum(c.n)
    )::private.facet_cell
    from (
      select k.category_id, k.level, k.language, k.price_band, k.rating_band, k.course_count as n from private.catalogue_cells k
      union all
      select w.category_id, w.level, w.language, w.price_band, w.rating_band, w.change from private.catalogue_cell_changes w
    ) c
    group by c.category_id, c.level, c.language, c.price_band, c.rating_band
  );
end
$$;

comment on function private.kept_facet_cells is
  'The cells of all courses on sale, for private.catalogue_facets.';

-- Categories count their courses already; the cells add those without a category.
create function private.catalogue_size()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (select coalesce(sum(k.course_count), 0) from public.categories k)
    + (select coalesce(sum(w.change), 0) from private.course_count_changes w)
    + (select coalesce(sum(c.course_count), 0) from private.catalogue_cells c where c.category_id is null)
    + (select coalesce(sum(w.change), 0) from private.catalogue_cell_changes w where w.category_id is null);
end
$$;

comment on function private.catalogue_size is 'Courses on sale, from kept counts.';

revoke execute
on function private.kept_facet_cells, private.catalogue_size
from public, anon, authenticated, service_role;
