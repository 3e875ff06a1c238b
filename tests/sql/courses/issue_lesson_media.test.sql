begin;

select plan(33);

select tests.sign_up('bob');
select tests.sign_up('eve');
select tests.make_moderator('max');
select tests.make_admin('ruth');
create temp table c as
select tests.create_course('ada', 'Baking') as id, tests.create_course('ada', 'Burning', publish => false) as draft, tests.create_course('eve', 'Of others') as other;
grant select on c to public;
select tests.grant_access('bob', id) from c;
create temp table l as
select (tests.lesson_ids(id))[1] as preview, (tests.lesson_ids(id))[2] as paid, (tests.lesson_ids(id))[3] as elsewhere, (tests.lesson_ids(draft))[2] as draft from c;
grant select on l to public;
update public.lesson_contents x
set video_path = x.course_id || '/' || x.lesson_id || '/film.mp4',
  resources = jsonb_build_array(
    jsonb_build_object('title', 'Slides', 'path', x.course_id || '/' || x.lesson_id || '/slides.pdf'),
    -- What an author may write, and must not get.
    jsonb_build_object('title', 'Stolen', 'path', (select c.other from c) || '/' || x.lesson_id || '/slides.pdf')
  )
from l
where x.lesson_id in (l.preview, l.paid, l.draft);
update public.lesson_contents x set video_url = 'https://video.example/1' from l where x.lesson_id = l.elsewhere;

create function pg_temp.ask(name text, lesson uuid, resource text default null)
returns jsonb
language sql
return public.issue_lesson_media(lesson, tests.user_id(name), resource);

create function pg_temp.refuses(name text, lesson uuid, code text, what text, resource text default null)
returns text
language sql
return tests.raises(format('select pg_temp.ask(%L, %L, %L)', name, lesson, resource), code, what);

grant execute on function pg_temp.ask, pg_temp.refuses to public;

select tests.act_as('bob');
select tests.is_denied($$select public.issue_lesson_media((select paid from l), tests.user_id('bob'))$$, 'people do not ask for themselves');
select tests.act_as_service();

select is(pg_temp.ask('bob', paid) ->> 'path', id || '/' || paid || '/film.mp4', 'a student may see the video') from l, c;
select is(pg_temp.ask('bob', paid) ->> 'bucket', 'lesson-videos', 'in its bucket') from l;
select is(pg_temp.ask('eve', preview) ->> 'path', id || '/' || preview || '/film.mp4', 'everybody may see a preview') from l, c;
select pg_temp.refuses('eve', paid, 'NOT_ENROLLED', 'a stranger may not see the rest') from l;
select isnt(pg_temp.ask('ada', paid) ->> 'path', null, 'its author may') from l;
select isnt(pg_temp.ask('ada', draft) ->> 'path', null, 'of a draft, too') from l;
select isnt(pg_temp.ask('max', paid) ->> 'path', null, 'a moderator may') from l;
select isnt(pg_temp.ask('ruth', draft) ->> 'path', null, 'an admin may') from l;
select pg_temp.refuses('bob', draft, 'LESSON_NOT_FOUND', 'a draft is not there') from l;
select pg_temp.refuses('bob', gen_random_uuid(), 'LESSON_NOT_FOUND', 'like a random id');
select is(pg_temp.ask('bob', elsewhere) - 'lesson_id' - 'course_id', '{"bucket": "lesson-videos", "path": null, "url": "https://video.example/1"}', 'a video that is kept elsewhere is told as it is') from l;
select is(
  pg_temp.ask('bob', paid, id || '/' || paid || '/slides.pdf') ->> 'bucket', 'lesson-resources', 'a student may download what belongs to the lesson'
) from l, c;
select pg_temp.refuses('eve', paid, 'NOT_ENROLLED', 'a stranger may not', id || '/' || paid || '/slides.pdf') from l, c;
select pg_temp.refuses('bob', paid, 'FILE_NOT_FOUND', 'what the lesson does not name is not there', id || '/' || paid || '/other.pdf') from l, c;
select pg_temp.refuses('bob', paid, 'FILE_NOT_FOUND', 'an author cannot give away files of other courses', other || '/' || paid || '/slides.pdf') from l, c;
select pg_temp.refuses('bob', paid, 'FILE_NOT_FOUND', 'nor is there a way out of the folder', id || '/' || paid || '/../slides.pdf') from l, c;
-- A visitor: what anybody may read in the rows, and no more.
select is(public.issue_lesson_media(preview, visitor_address => '192.0.2.7') ->> 'path', id || '/' || preview || '/film.mp4', 'a visitor may see a preview') from l, c;
select is(
  public.issue_lesson_media(preview, resource_path => id || '/' || preview || '/slides.pdf', visitor_address => '192.0.2.7') ->> 'bucket',
  'lesson-resources',
  'and download what belongs to it'
) from l, c;
select tests.raises('select public.issue_lesson_media(paid) from pg_temp.l', 'AUTH_REQUIRED', 'for the rest he signs in');
select tests.raises('select public.issue_lesson_media(draft) from pg_temp.l', 'LESSON_NOT_FOUND', 'a draft is not there for him');
select tests.raises('select public.issue_lesson_media(gen_random_uuid())', 'LESSON_NOT_FOUND', 'like a random id for him');
select is(current_setting('request.jwt.claims')::jsonb ->> 'role', 'service_role', 'nobody stays somebody else');

select tests.act_as_owner();
select isnt(public.issue_lesson_media(paid, tests.user_id('bob')), null, 'the owner of the database may ask, too') from l;
update public.lesson_contents x set video_path = null from l where x.lesson_id = l.preview;
select tests.act_as_service();
select pg_temp.refuses('eve', preview, 'FILE_NOT_FOUND', 'without a video there is no address') from l;
select tests.act_as_owner();
update private.access_grants set revoked_at = now() where true;
select tests.act_as_service();
select pg_temp.refuses('bob', paid, 'ENROLLMENT_REVOKED', 'who was refunded is told so') from l;
select tests.act_as_owner();
update public.profiles set is_active = false where id = tests.user_id('eve');
select tests.act_as_service();
select pg_temp.refuses('eve', preview, 'ACCOUNT_DISABLED', 'a closed account sees nothing') from l;
select tests.raises($$select public.issue_lesson_media((select preview from l), gen_random_uuid())$$, 'ACCOUNT_DISABLED', 'nor does one that is gone');
select tests.act_as_owner();
update private.rate_limits set hits = 600 where bucket = 'issue_lesson_media';
select tests.act_as_service();
select pg_temp.refuses('ada', paid, 'RATE_LIMITED', 'nobody empties the shelf in an hour') from l;
select tests.act_as_owner();
update public.lesson_contents x set video_url = 'https://video.example/2' from l where x.lesson_id = l.preview;
select tests.act_as_service();
select tests.raises($$select public.issue_lesson_media(preview, visitor_address => '192.0.2.7') from pg_temp.l$$, 'RATE_LIMITED', 'no visitor, either');
select lives_ok($$select public.issue_lesson_media(preview, visitor_address => '192.0.2.8') from pg_temp.l$$, 'his neighbour is another one');
select lives_ok($$select public.issue_lesson_media(preview, visitor_address => '2001:db8:0:1::1') from pg_temp.l$$, 'a household counts');
select tests.act_as_owner();
update private.rate_limits set hits = 600 where bucket = 'issue_lesson_media';
select tests.act_as_service();
select tests.raises($$select public.issue_lesson_media(preview, visitor_address => '2001:db8:0:1:ffff::2') from pg_temp.l$$, 'RATE_LIMITED', 'as one');

select * from finish();

rollback;
