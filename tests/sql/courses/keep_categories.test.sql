begin;

select plan(4);

select tests.make_admin('ruth');
select set_config('t.rust', tests.create_course('ada', 'Rust')::text, true);
-- The locks on categories that this transaction has, and gives back with the savepoint.
create function pg_temp.held() returns text[] language sql security definer as $$
  select array_agg(distinct l.mode order by l.mode) from pg_locks l
  where l.locktype = 'advisory' and l.pid = pg_backend_pid()
    and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('table categories', 0)
$$;
grant execute on function pg_temp.held to public;

select tests.act_as('ada');
savepoint before;
update public.courses set category_id = (select k.id from public.categories k where k.slug = 'testing') where id = current_setting('t.rust')::uuid;
select is(pg_temp.held(), '{ShareLock}', 'While Ada moves a course, nobody gives categories other names');
rollback to before;
insert into public.courses (title, short_description, description, category_id, level, price_cents)
select 'New', 'Words.', 'Words.', k.id, 'beginner', 0 from public.categories k where k.slug = 'testing';
select is(pg_temp.held(), '{ShareLock}', 'nor while she begins one');
rollback to before;
update public.courses set price_cents = 500 where id = current_setting('t.rust')::uuid;
select is(pg_temp.held(), null, 'A new price keeps nobody waiting');

select tests.act_as('ruth');
update public.categories set name = 'Tests' where slug = 'testing';
select is(pg_temp.held(), '{ExclusiveLock}', 'Ruth, who gives a category another name, waits for all who move courses');

select * from finish();
rollback;
