begin;

select plan(14);

select tests.sign_up('eve');
select tests.make_admin('ruth');
select tests.make_instructor('joe');
select tests.make_instructor('kim');
create temporary table made on commit drop as select tests.create_course('ada', 'Sold') as sold;
grant select on made to public;
insert into public.course_instructors (course_id, user_id) select sold, tests.user_id('kim') from made;

select is((select public from storage.buckets where id = 'course-thumbnails'), true, 'The bucket is public: its files are fetched without a policy');

select tests.act_as('ada');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'course-thumbnails', sold || '/t.png' from made$$, 'Ada uploads the picture of her course');
select isnt_empty($$select from storage.objects where bucket_id = 'course-thumbnails'$$, 'sees it');
select tests.affects($$update storage.objects set name = name || '.old' where bucket_id = 'course-thumbnails'$$, 1, 'and moves it');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'course-thumbnails', sold || '/../t.png' from made$$, 'No path climbs');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('course-thumbnails', 't.png')$$, 'or lies beside the courses');
select tests.is_denied($$insert into storage.objects (bucket_id, name) values ('course-thumbnails', 'not-a-course/t.png')$$, 'or under something else');

select tests.act_as('kim');
select lives_ok($$insert into storage.objects (bucket_id, name) select 'course-thumbnails', sold || '/kim.png' from made$$, 'Kim, who teaches with Ada, uploads, too');
select tests.act_as('joe');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'course-thumbnails', sold || '/joe.png' from made$$, 'Joe does not');
select tests.affects($$update storage.objects set name = 'joe.png' where bucket_id = 'course-thumbnails'$$, 0, 'and replaces nothing');
select tests.act_as('eve');
select is_empty($$select from storage.objects where bucket_id = 'course-thumbnails'$$, 'Eve makes no list of the files');
select tests.act_as_anon();
select is_empty($$select from storage.objects where bucket_id = 'course-thumbnails'$$, 'nor does a visitor');
select tests.is_denied($$insert into storage.objects (bucket_id, name) select 'course-thumbnails', sold || '/x.png' from made$$, 'who uploads nothing');
select tests.act_as('ruth');
select is((select count(*) from storage.objects where bucket_id = 'course-thumbnails'), 2::bigint, 'Ruth sees them all');

select * from finish();

rollback;
