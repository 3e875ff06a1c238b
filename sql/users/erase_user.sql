-- Forgets a person and keeps the books: what the register says is deleted, cleared or kept. Doing it again changes nothing.
create function private.erase_user(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  place record;
begin
  perform private.lock_person(erase_user.user_id);
  insert into private.erasures (user_id) values (erase_user.user_id) on conflict do nothing;

  insert into private.file_deletions (bucket_id, folder)
  select b.bucket_id, erase_user.user_id::text
  from private.personal_buckets() b
  where exists (select from storage.objects o where o.bucket_id = b.bucket_id and o.name like erase_user.user_id || '/%');

  for place in
    select d.table_name, d.condition, d.erasure, d.cleared_by
    from private.personal_data d
    where d.erasure <> 'keep'
    order by d.erasure, d.table_name, d.condition
  loop
    -- In the order of their keys: others who take several rows at once take them like this, too.
    perform private.execute_for_person(
      format(
        'select count(*) from (select from %s t where %s order by %s for %s) held',
        place.table_name::regclass, place.condition, private.key_columns(place.table_name::regclass),
        case place.erasure when 'delete' then 'update' else 'no key update' end
      ),
      erase_user.user_id
    );
    perform private.execute_for_person(
      case place.erasure
        when 'delete' then format('with gone as (delete from %s t where %s) select null', place.table_name::regclass, place.condition)
        else format(
          'with gone as (update %s t set %s where %s) select null', place.table_name::regclass, place.cleared_by, place.condition
        )
      end,
      erase_user.user_id
    );
  end loop;

  -- Sessions, identities, factors: whatever Auth keeps about an account, in this version or the next.
  for place in
    select c.relname as table_name
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and a.attname = 'user_id' and not a.attisdropped
    order by c.relname
  loop
    perform private.execute_for_person(
      format('with gone as (delete from auth.%I t where t.user_id::text = $1::text) select null', place.table_name),
      erase_user.user_id
    );
  end loop;
  delete from auth.audit_log_entries l where l.payload ->> 'actor_id' = erase_user.user_id::text;
end
$$;

comment on function private.erase_user is
  'Erases a person as private.personal_data says: Auth, rows, and (by a worker) files. The caller has checked that it may be done.';

create function private.key_columns(relation regclass)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return (
    select string_agg(format('t.%I', a.attname), ', ' order by k.place)
    from pg_catalog.pg_constraint c
    cross join unnest(c.conkey) with ordinality k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number
    where c.conrelid = key_columns.relation and c.contype = 'p'
  );
end
$$;

comment on function private.key_columns is 'The primary key of a table, as a list of columns of its alias t.';

-- The locks that are no rows, of somebody who leaves: before any row.
create function private.hold_leaver(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.hold_person(hold_leaver.user_id);
  perform private.keep_reviews();
  perform private.hold_curricula(
    array(select c.id from public.courses c where c.instructor_id = hold_leaver.user_id and c.status <> 'archived')
  );
  -- Staff answers letters, several with one statement.
  perform pg_advisory_xact_lock_shared(hashtextextended('table contact_messages', 0));
end
$$;

comment on function private.hold_leaver is
  'Who writes directly what belongs to this person waits until the transaction ends. Taken before any row; private.lock_person takes the rows.';

-- Whatever the stories of a person lock, in the order in which reviews, checkouts, payments and learning lock it: who leaves
-- waits for them, or they for who leaves, but never both. The key of the profile stays free for what refers to it.
create function private.lock_person(user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform private.hold_leaver(lock_person.user_id);
  perform from public.reviews r where r.user_id = lock_person.user_id order by r.id for no key update;
  perform from public.profiles p where p.id = lock_person.user_id for no key update;
  perform from public.carts k where k.user_id = lock_person.user_id for no key update;
  -- An event that is tried again is held before its order.
  perform from private.stripe_events e
  where e.order_id in (select o.id from public.orders o where o.user_id = lock_person.user_id)
    or e.payment_intent_id in (
      select p.stripe_payment_intent_id
      from public.payments p join public.orders o on o.id = p.order_id
      where o.user_id = lock_person.user_id
    )
  order by e.id
  for no key update;
  perform from public.orders o where o.user_id = lock_person.user_id order by o.id for no key update;
  perform private.lock_learner(lock_person.user_id);
end
$$;

comment on function private.lock_person is
  'Holds everything of a person that others may wait for, until the transaction ends.';

revoke execute
on function private.erase_user, private.key_columns, private.hold_leaver, private.lock_person
from public, anon, authenticated, service_role;
