-- One row: one shelf of the catalogue.
create table public.categories (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (length(btrim(name)) between 1 and 100),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 100),
  description text not null default '' check (length(description) <= 2000),
  icon text not null default 'BookOpen' check (icon ~ '^[A-Za-z0-9]{1,50}$'),
  course_count integer not null default 0 check (course_count >= 0),
  created_at timestamptz not null default now()
);

comment on table public.categories is 'The shelves of the catalogue.';
comment on column public.categories.id is 'Identity of the category.';
comment on column public.categories.name is 'Name as shown.';
comment on column public.categories.slug is 'Name in addresses and in the filter of search_courses.';
comment on column public.categories.description is 'What belongs here, plain text.';
comment on column public.categories.icon is 'Name of a Lucide icon.';
comment on column public.categories.course_count is
  'Published courses of the category; kept by a trigger on courses.';
comment on column public.categories.created_at is 'When it was made.';

alter table public.categories enable row level security;

revoke all on table public.categories from public, anon, authenticated, service_role;

grant select on table public.categories to anon, authenticated;

grant insert (name, slug, description, icon) on table public.categories to authenticated;

grant update (name, slug, description, icon) on table public.categories to authenticated;

grant delete on table public.categories to authenticated;
-- No insert or update of course_count: the trigger on courses counts.

-- The catalogue's shelves are for everybody.
create policy select_all on public.categories
for select
to anon, authenticated
using (true);

create policy insert_as_admin on public.categories
for insert
to authenticated
with check ((select private.is_admin()) is true);

create policy update_as_admin on public.categories
for update
to authenticated
using ((select private.is_admin()) is true)
with check ((select private.is_admin()) is true);

-- A category that has courses is held by their foreign key.
create policy delete_as_admin on public.categories
for delete
to authenticated
using ((select private.is_admin()) is true);

create trigger audit
after insert or update of name, slug or delete on public.categories
for each row
execute function private.audit('id', 'name', 'slug');

create trigger hold_table
before update or delete on public.categories
for each statement
when (row_security_active('public.categories'::regclass))
execute function private.hold_table();
