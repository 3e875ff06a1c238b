-- Makes the address of a course from its title. Definer: a slug is taken by drafts that the caller cannot see, too.
create function private.set_course_slug()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  base text := private.slugify(new.title);
  candidate text;
  attempt integer := 1;
begin
  -- An address that somebody chose is kept; when it is taken, the unique key says so.
  if tg_op = 'INSERT' and new.slug is not null then
    return new;
  end if;
  -- An address that was public is a promise, and one that does not stem from the old title was chosen.
  if tg_op = 'UPDATE' and (old.published_at is not null or old.slug !~ ('^' || private.slugify(old.title) || '(-[0-9]+)?$')) then
    return new;
  end if;

  if base = '' then
    base := 'course';
  end if;
  candidate := base;

  -- Two drafts of one title at the same moment wait for each other. 256 keys: bulk loads must not run out of locks.
  perform pg_advisory_xact_lock(hashtext('courses.slug'), hashtext(base) & 255);
  while exists (select from public.courses c where c.slug = candidate and c.id <> new.id) loop
    attempt := attempt + 1;
    candidate := base || '-' || attempt;
  end loop;
  new.slug := candidate;
  return new;
end
$$;

comment on function private.set_course_slug is
  'Trigger: slug from the title, numbered when taken; follows the title until the first publication.';

revoke execute on function private.set_course_slug from public, anon, authenticated, service_role;

create trigger set_course_slug
before insert or update of title on public.courses
for each row
execute function private.set_course_slug();
