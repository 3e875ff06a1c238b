begin;

select plan(27);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('mia');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold, tests.create_course('joe', 'Other') as other;
alter table made add column paid text, add column preview text;
update made set preview = sold || '/' || (tests.lesson_ids(sold))[1] || '/a.pdf', paid = sold || '/' || (tests.lesson_ids(sold))[2] || '/a.pdf';
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;
select tests.grant_access('bob', sold) from made;
insert into storage.objects (bucket_id, name) select 'lesson-resources', unnest(array[paid, preview]) from made;

-- What Storage tells the database it is about to do.
create function pg_temp.when_storage_does(operation text) returns text language sql as $$
  select set_config('storage.operation', 'storage.object.' || operation, true)
$$;
create function pg_temp.found() returns text language sql as $$
  select concat_ws(', ',
    case when exists (select from storage.objects where bucket_id = 'lesson-resources' and name = (select paid from made)) then 'paid' end,
    case when exists (select from storage.objects where bucket_id = 'lesson-resources' and name = (select preview from made)) then 'preview' end)
$$;
grant execute on function pg_temp.when_storage_does(text), pg_temp.found() to public;

select is((select public from storage.buckets where id = 'lesson-resources'), false, 'The bucket is private');

-- Downloading with one's own token: the rule of lesson_contents.
select pg_temp.when_storage_does('get_authenticated');
select tests.act_as_anon();
select is(pg_temp.found(), 'preview', 'a visitor downloads a preview');
select tests.act_as('eve');
select is(pg_temp.found(), 'preview', 'Eve no file Bob paid for');
select tests.act_as('bob');
select is(pg_temp.found(), 'paid, preview', 'Bob does');
select tests.act_as('joe');
select is(pg_temp.found(), 'preview', 'Joe teaches, but not this');
select tests.act_as('kim');
select is(pg_temp.found(), 'paid, preview', 'Kim does');
select tests.act_as('mia');
select is(pg_temp.found(), 'paid, preview', 'Mia has to moderate it');

-- Listing.
select pg_temp.when_storage_does('list');
select is(pg_temp.found(), 'paid, preview', 'Mia lists the files');
select tests.act_as('bob');
select is(pg_temp.found(), 'paid, preview', 'Bob lists what he may see');
select tests.act_as('eve');
select is(pg_temp.found(), 'preview', 'and so does Eve');
select tests.act_as_anon();
select is(pg_temp.found(), '', 'a visitor lists nothing');

-- Signing: an address that lives as long as its maker likes is for the edge function only.
select pg_temp.when_storage_does('sign');
select tests.act_as('bob');
select is(pg_temp.found(), '', 'Bob signs no address');
select tests.act_as('ada');
select is(pg_temp.found(), '', 'not even Ada does');
select tests.act_as('ruth');
select is(pg_temp.found(), '', 'or Ruth');
select pg_temp.when_storage_does('sign_many');
select is(pg_temp.found(), '', 'one by one or many at once');

-- Writing.
select pg_temp.when_storage_does('upload');
select tests.act_as('ada');
select is(pg_temp.found(), 'paid, preview', 'Ada sees what she is about to replace');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', 'b.') from made$$, 'Ada uploads to a lesson');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'lesson-resources', sold || '/a.pdf' from made$$, 'not beside the lessons');
select tests.is_denied(
  $$insert into storage.objects (bucket_id, name) select 'lesson-resources', other || '/' || split_part(paid, '/', 2) || '/a.pdf' from made$$, 'not under a course of Joe'
);
select tests.is_denied(
  $$insert into storage.objects (bucket_id, name) select 'lesson-resources', sold || '/' || (tests.lesson_ids(other))[1] || '/a.pdf' from made$$, 'or a lesson of his'
);
select tests.is_denied(
  $$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', '../../' || other || '/a.') from made$$, 'and no path climbs'
);
select tests.act_as('kim');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', 'kim.') from made$$, 'Kim uploads, too');
select tests.act_as('ruth');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', 'ruth.') from made$$, 'and Ruth');
select tests.act_as('bob');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', 'bob.') from made$$, 'Bob uploads nothing');
select tests.affects($$update storage.objects set name = replace(name, 'a.', 'mine.') where bucket_id = 'lesson-resources'$$, 0, 'and moves nothing');
select tests.act_as('joe');
select tests.affects($$update storage.objects set name = (select other from made) || '/x' where bucket_id = 'lesson-resources'$$, 0, 'Joe takes nothing over to his course');
select tests.act_as('mia');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'lesson-resources', replace(paid, 'a.', 'mia.') from made$$, 'Mia only looks');

select * from finish();

rollback;
