-- One row: one course, from the first draft to the archive.
create type public.course_level as enum ('beginner', 'intermediate', 'advanced');

comment on type public.course_level is 'What a student has to know beforehand.';

create type public.course_status as enum ('draft', 'in_review', 'published', 'unpublished', 'archived');

comment on type public.course_status is
  'draft: never sold · in_review: waits for staff · published: on sale · unpublished: off sale, open for its students · archived: the same, for good.';

create table public.courses (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 100),
  title text not null check (length(btrim(title)) between 1 and 255 and length(title) <= 255),
  short_description text not null default '' check (length(short_description) <= 500),
  description text not null default '' check (length(description) <= 20000),
  category_id uuid references public.categories (id)
    on delete restrict,
  -- The owner. An account with courses cannot disappear: it hands them over first.
  instructor_id uuid not null default auth.uid() references public.profiles (id)
    on delete restrict,
  level public.course_level not null default 'beginner',
  language text not null default 'English' check (length(btrim(language)) between 1 and 50),
  thumbnail_path text check (length(thumbnail_path) <= 300 and private.is_storage_path(thumbnail_path)),
  preview_video_url text check (preview_video_url ~ '^https://' and length(preview_video_url) <= 2000),
  price_cents integer not null default 0 check (price_cents between 0 and 9999999),
  original_price_cents integer check (original_price_cents <= 9999999),
  currency char(3) not null default 'usd' check (currency ~ '^[a-z]{3}$'),
  -- Integer division rounds down: 89.99 of 129.99 is 30 percent off, never 31.
  discount_percent integer not null generated always as (
    coalesce((original_price_cents - price_cents) * 100 / nullif(original_price_cents, 0), 0)
  ) stored,
  status public.course_status not null default 'draft',
  is_published boolean not null generated always as (status = 'published') stored,
  is_featured boolean not null default false,
  published_at timestamptz,
  archived_at timestamptz,
  last_updated timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Stripe charges whole units only (ISK, UGX) or wants a zero at the end (three decimals): a discount split to the last unit is neither.
  constraint courses_currency_can_be_split_check
    check (currency not in ('bhd', 'isk', 'jod', 'kwd', 'omr', 'tnd', 'ugx')),
  constraint courses_original_price_above_price_check check (original_price_cents > price_cents),
  constraint courses_published_means_when_check
    check (status not in ('published', 'unpublished') or published_at is not null),
  constraint courses_archived_means_when_check check ((status = 'archived') = (archived_at is not null))
);

comment on table public.courses is
  'Courses as the catalogue shows them. What is behind the paywall stands in lesson_contents, the counters in course_stats.';
comment on column public.courses.id is 'Identity of the course.';
comment on column public.courses.slug is
  'Name in addresses: made from the title, and fixed once the course was published.';
comment on column public.courses.title is 'Title.';
comment on column public.courses.short_description is 'One sentence under the title.';
comment on column public.courses.description is 'What the course teaches, as typed; escaped on output.';
comment on column public.courses.category_id is 'Shelf of the catalogue; a draft may have none.';
comment on column public.courses.instructor_id is 'The owner: sets the price, publishes, is paid.';
comment on column public.courses.level is 'What a student has to know beforehand.';
comment on column public.courses.language is 'Language of the lessons, by its English name.';
comment on column public.courses.thumbnail_path is 'File in the bucket course-thumbnails.';
comment on column public.courses.preview_video_url is 'Trailer that everybody may watch; https only.';
comment on column public.courses.price_cents is 'Price in minor units; 0 is free.';
comment on column public.courses.original_price_cents is
  'Struck-through price in minor units: one at which the course was really sold; null without a sale.';
comment on column public.courses.currency is 'Lower-case ISO 4217.';
comment on column public.courses.discount_percent is
  'Whole percent between the two prices, rounded down; 0 without a sale.';
comment on column public.courses.status is
  'Where the course stands; changed by publish_course and its kin only.';
comment on column public.courses.is_published is 'On sale and visible to everybody.';
comment on column public.courses.is_featured is 'Chosen by staff for the home page; changed by set_featured.';
comment on column public.courses.published_at is 'First publication: a course is new only once.';
comment on column public.courses.archived_at is 'When it was archived.';
comment on column public.courses.last_updated is 'Last change of what is taught or said about it.';
comment on column public.courses.created_at is 'When the draft was made.';
comment on column public.courses.updated_at is 'Time of the last change of the row.';

create index courses_category_id_idx on public.courses (category_id, is_published);
create index courses_instructor_id_idx on public.courses (instructor_id, created_at desc); -- an instructor's own list
create index courses_featured_idx on public.courses (published_at desc, id)
where is_published and is_featured; -- the home page
create index courses_in_review_idx on public.courses (updated_at, id) where status = 'in_review'; -- staff's queue
alter table public.courses enable row level security;

revoke all on table public.courses from public, anon, authenticated, service_role;

grant select on table public.courses to anon, authenticated;

grant
  insert (
    slug,
    title,
    short_description,
    description,
    category_id,
    instructor_id,
    level,
    language,
    thumbnail_path,
    preview_video_url,
    price_cents,
    original_price_cents
  )
on table public.courses
to authenticated;

grant
  update (
    title,
    short_description,
    description,
    category_id,
    level,
    language,
    thumbnail_path,
    preview_video_url,
    price_cents,
    original_price_cents
  )
on table public.courses
to authenticated;

grant delete on table public.courses to authenticated;
-- No status, published_at, archived_at: publish_course, unpublish_course, archive_course and review_course decide.
-- No update of slug (addresses are promises) or instructor_id (transfer_course). No is_featured: set_featured.
-- No currency: the shop sells in one.

create policy select_published on public.courses
for select
to anon
using (is_published);

-- A course taken off sale stays open for those who study it. instructor_id, because a new row is shown to its
-- maker before course_instructors knows him.
create policy select_published_taught_or_studied on public.courses
for select
to authenticated
using (
  is_published
  or instructor_id = (select private.active_uid())
  or id in (select private.taught_course_ids())
  or id in (select private.enrolled_course_ids())
  or (select private.is_staff())
);

create policy insert_own_as_instructor on public.courses
for insert
to authenticated
with check (
  (instructor_id = (select private.active_uid()) and (select private.is_instructor()))
  or (select private.is_admin())
);

-- What a co-instructor may not change, guard_course_price refuses.
create policy update_taught_or_as_admin on public.courses
for update
to authenticated
using (id in (select private.taught_course_ids()) or (select private.is_admin()))
with check (id in (select private.taught_course_ids()) or (select private.is_admin()));

create policy delete_owned_or_as_admin on public.courses
for delete
to authenticated
using (instructor_id = (select private.active_uid()) or (select private.is_admin()));

create trigger touch_updated_at
before update on public.courses
for each row
execute function private.touch_updated_at();

create trigger audit
after insert or update or delete on public.courses
for each row
execute function private.audit(
  'id',
  'status',
  'price_cents',
  'original_price_cents',
  'instructor_id',
  'is_featured'
);

create trigger hold_curricula
before update or delete on public.courses
for each statement
when (row_security_active('public.courses'::regclass))
execute function private.hold_own_curricula();

-- After hold_curricula, by its name.
create trigger keep_categories
before insert or update of category_id on public.courses
for each statement
when (row_security_active('public.courses'::regclass))
execute function private.keep_table('categories');
