begin;

select plan(43);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.sign_up('rolf');
select tests.make_admin('ruth');
select tests.make_moderator('mia');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as
select tests.create_course('ada', 'Sold') as sold, tests.create_course('ada', 'Draft', publish => false) as draft, tests.create_course('ada', 'Withdrawn') as withdrawn;
alter table made add column paid uuid, add column preview uuid;
update made set preview = (tests.lesson_ids(sold))[1], paid = (tests.lesson_ids(sold))[2];
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select unnest(array[sold, draft]), tests.user_id('kim') from made;
select tests.grant_access('bob', sold), tests.grant_access('bob', withdrawn), tests.grant_access('rolf', sold) from made;
update public.courses set status = 'unpublished' where id = (select withdrawn from made);
-- Rolf was refunded.
update private.access_grants set revoked_at = now(), revoke_reason = 'refund'
where enrollment_id = (select id from public.enrollments where user_id = tests.user_id('rolf'));

create function pg_temp.readable() returns text language sql as $$
  select concat_ws(', ',
    case when exists (select from public.lesson_contents where lesson_id = (select paid from made)) then 'paid' end,
    case when exists (select from public.lesson_contents where lesson_id = (select preview from made)) then 'preview' end,
    case when exists (select from public.lesson_contents where course_id = (select draft from made)) then 'draft' end,
    case when exists (select from public.lesson_contents where course_id = (select withdrawn from made)) then 'withdrawn' end
  )
$$;
grant execute on function pg_temp.readable() to public;

-- The paywall.
select tests.act_as_anon();
select is(pg_temp.readable(), 'preview', 'a visitor reads the preview of what is on sale, and nothing else');
select tests.act_as('eve');
select is(pg_temp.readable(), 'preview', 'Eve does not read a lesson Bob paid for');
select tests.act_as('bob');
select is(pg_temp.readable(), 'paid, preview, withdrawn', 'Bob does, and goes on reading what was withdrawn from sale');
select tests.act_as('rolf');
select is(pg_temp.readable(), 'preview', 'Rolf got his money back, and reads no more');
select tests.act_as('joe');
select is(pg_temp.readable(), 'preview', 'Joe teaches, but not this');
select tests.act_as('ada');
select is(pg_temp.readable(), 'paid, preview, draft, withdrawn', 'Ada reads what she wrote');
select tests.act_as('kim');
select is(pg_temp.readable(), 'paid, preview, draft', 'Kim what she teaches with her');
select tests.act_as('mia');
select is(pg_temp.readable(), 'paid, preview, draft, withdrawn', 'Mia has to moderate it');
select tests.act_as('ruth');
select is(pg_temp.readable(), 'paid, preview, draft, withdrawn', 'and so has Ruth');
select tests.act_as_service();
select tests.is_denied('select from public.lesson_contents', 'The secret key does not');

-- Other ways in.
select tests.act_as('eve');
select is_empty(
  $$select v.body from public.courses c join public.curriculum_sections s on s.course_id = c.id join public.lessons l on l.section_id = s.id
    join public.lesson_contents v on v.lesson_id = l.id where not l.is_preview$$,
  'Eve finds no way round by joining'
);
select is_empty($$select from public.lesson_contents where body like '%teaches%' and lesson_id = (select paid from made)$$, 'or by guessing words');
select tests.act_as_owner();
update private.access_grants set revoked_at = null, revoke_reason = null
where enrollment_id = (select id from public.enrollments where user_id = tests.user_id('rolf'));
select tests.act_as('rolf');
select is(pg_temp.readable(), 'paid, preview', 'When Rolf buys again, he reads again');
select tests.act_as('ruth');
select public.deactivate_user(tests.user_id('rolf'));
select tests.act_as('rolf');
select is(pg_temp.readable(), 'preview', 'With a closed account he is a visitor');
select tests.act_as_owner();
update private.access_grants set expires_at = now() - interval '1 minute'
where enrollment_id = (select id from public.enrollments where user_id = tests.user_id('bob') and course_id = (select sold from made));
select tests.act_as('bob');
select is(pg_temp.readable(), 'preview, withdrawn', 'Access that has an end ends by itself');
select tests.act_as_owner();
update public.courses set status = 'archived', archived_at = now() where id = (select sold from made);
select tests.act_as_anon();
select is(pg_temp.readable(), '', 'A preview closes when the course leaves the shop');

-- Writing.
select tests.act_as('eve');
select tests.is_denied($$insert into public.lesson_contents (lesson_id, body) select paid, 'Hacked' from made$$, 'Eve writes no content');
select tests.act_as('joe');
select tests.affects($$update public.lesson_contents set body = 'Hacked' where lesson_id = (select paid from made)$$, 0, 'Joe changes none');
select tests.affects($$delete from public.lesson_contents where lesson_id = (select paid from made)$$, 0, 'and removes none');
select tests.act_as('mia');
select tests.affects($$update public.lesson_contents set body = 'Censored' where lesson_id = (select paid from made)$$, 0, 'Mia reads, and does not write');
select tests.act_as('ada');
select tests.affects($$delete from public.lesson_contents where lesson_id = (select paid from made)$$, 1, 'Ada removes what a lesson teaches');
select tests.act_as('joe');
select tests.is_denied($$insert into public.lesson_contents (lesson_id, body) select paid, 'Hacked' from made$$, 'Joe does not fill the gap');
select tests.is_denied($$insert into public.lesson_contents (lesson_id, body) values (gen_random_uuid(), 'Hacked')$$, 'which looks to him like a lesson that is nowhere');
select tests.act_as('kim');
select lives_ok($$insert into public.lesson_contents (lesson_id, body) select paid, 'By Kim' from made$$, 'Kim does');
select is((select course_id from public.lesson_contents where lesson_id = (select paid from made)), (select sold from made), 'and the course is filled in');
select lives_ok(
  $$update public.lesson_contents set video_path = course_id || '/' || lesson_id || '/talk.mp4' where lesson_id = (select paid from made)$$, 'She links the video of the lesson'
);
select tests.raises(
  $$update public.lesson_contents set video_path = (select draft from made) || '/' || lesson_id || '/talk.mp4' where lesson_id = (select paid from made)$$,
  '23514', 'but not a file of another course'
);
-- Our function puts the path into an address of Storage, with the secret key.
create temporary table climbs on commit drop as
select unnest(array['../../../invoices/x/INV-2026-00001.pdf', '%2e%2e/%2E%2E/x.mp4', '..\..\x.mp4', './x.mp4', '/x.mp4', 'x?.mp4', 'x#.mp4', '../../../../../bucket/lesson-videos/empty']) as tail;
grant select on climbs to public;
create function pg_temp.refused(sql text) returns boolean language plpgsql as $$
begin
  execute sql;
  return false;
exception
  when check_violation then
    return true;
end
$$;
grant execute on function pg_temp.refused(text) to public;
select is(
  array(select tail from climbs where not pg_temp.refused(format($$update public.lesson_contents set video_path = course_id || '/' || lesson_id || '/' || %L where lesson_id = (select paid from made)$$, tail))),
  '{}', 'nor one that leaves the folder on the way'
);
select tests.raises($$update public.lesson_contents set video_url = 'http://insecure.test/v.mp4' where lesson_id = (select paid from made)$$, '23514', 'or an address that is not https');
select tests.is_denied($$update public.lesson_contents set lesson_id = gen_random_uuid() where lesson_id = (select paid from made)$$, 'Content does not change its lesson');
select tests.is_denied($$update public.lesson_contents set course_id = (select draft from made) where lesson_id = (select paid from made)$$, 'or its course');

-- Resources are titles with a file or an https address.
create function pg_temp.set_resources(resources jsonb) returns text language sql as $$
  select format('update public.lesson_contents set resources = %L where lesson_id = (select paid from made)', resources)
$$;
grant execute on function pg_temp.set_resources(jsonb) to public;
select lives_ok(pg_temp.set_resources('[{"title": "Pattern", "path": "a/b/c.pdf"}, {"title": "Shop", "url": "https://wool.test"}]'), 'Resources are files or addresses');
select tests.raises(pg_temp.set_resources('[{"title": "Bad", "url": "javascript:alert(1)"}]'), '23514', 'not scripts');
select tests.raises(pg_temp.set_resources('[{"title": "Bad", "path": "a", "url": "javascript:alert(1)"}]'), '23514', 'not even beside a file');
select tests.raises(pg_temp.set_resources('[{"url": "https://wool.test"}]'), '23514', 'They have a title');
select tests.raises(pg_temp.set_resources('[{"title": "Nothing"}]'), '23514', 'and lead somewhere');
select tests.raises(pg_temp.set_resources('["https://wool.test"]'), '23514', 'They are objects');
select tests.raises(pg_temp.set_resources('[[{"title": "Pattern", "path": "a/b/c.pdf"}]]'), '23514', 'not lists of objects');
select tests.raises(pg_temp.set_resources('{"title": "Pattern", "path": "a/b/c.pdf"}'), '23514', 'in a list');
select tests.raises(pg_temp.set_resources('[{"title": "Bad", "url": ["https://wool.test", "javascript:alert(1)"]}]'), '23514', 'to one place each');
select tests.raises(pg_temp.set_resources('[{"title": "Bad", "url": "https://wool.test", "path": "../x"}]'), '23514', 'with no second one behind it');
select is(
  array(select tail from climbs where not pg_temp.refused(pg_temp.set_resources(jsonb_build_array(jsonb_build_object('title', 'Bad', 'path', 'a/b/' || tail))))),
  '{}', 'and no file of them climbs'
);
select tests.act_as('ruth');
select tests.affects($$update public.lesson_contents set body = 'Law' where lesson_id = (select paid from made)$$, 1, 'Ruth can change content when the law asks');

select * from finish();

rollback;
