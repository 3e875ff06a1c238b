begin;

select plan(12);

select tests.sign_up('bob');
insert into public.categories (name, slug) values ('Music', 'music');
create temporary table made on commit drop as
select
  tests.create_course('ada', 'Asked') as asked,
  tests.create_course('joe', 'Same shelf') as shelf,
  tests.create_course('joe', 'Same shelf, other level') as level,
  tests.create_course('ada', 'Same teacher') as teacher,
  tests.create_course('joe', 'Something else') as other,
  tests.create_course('joe', 'Draft', publish => false) as draft;
grant select on made to public;
update public.courses set level = 'advanced' where id = (select level from made);
update public.courses set category_id = (select id from public.categories where slug = 'music') where id in ((select teacher from made), (select other from made));
select tests.grant_access('bob', level) from made;
create function pg_temp.related_courses(course uuid, page_size integer default 8) returns jsonb language sql as $$ select public.related_courses(course, page_size)::jsonb $$;
grant execute on function pg_temp.related_courses to public;
create function pg_temp.related(course uuid) returns text language sql as $$
  select string_agg(card ->> 'title', ' · ' order by place) from jsonb_array_elements(pg_temp.related_courses(course) -> 'results') with ordinality x(card, place)
$$;
grant execute on function pg_temp.related(uuid) to public;

select tests.act_as_anon();
select is(pg_temp.related((select asked from made)), 'Same shelf · Same shelf, other level · Same teacher', 'The shelf first, the same level before others, then the teacher');
select is(jsonb_array_length(pg_temp.related_courses((select asked from made), 1) -> 'results'), 1, 'as many as are asked for');
select tests.raises($$select pg_temp.related_courses((select draft from made))$$, 'COURSE_NOT_FOUND', 'A draft has no relatives for a visitor');
select tests.raises($$select pg_temp.related_courses(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'like a course that is nowhere');
select is(
  (select array_agg(c #>> '{reason,kind}') from jsonb_array_elements(pg_temp.related_courses((select asked from made)) -> 'results') c),
  array['same_category', 'same_category', 'same_instructor'], 'Each says why it is there'
);
select tests.act_as('joe');
select alike(pg_temp.related((select draft from made)), '%Asked%', 'Its author sees what stands beside it');
select unalike(pg_temp.related((select shelf from made)), '%Draft%', 'but no draft stands beside anything');
select tests.act_as('bob');
select is(pg_temp.related((select asked from made)), 'Same shelf · Same teacher', 'Bob is not shown what he has already');
select tests.act_as_owner();
update public.courses set category_id = null where id = (select draft from made);
select tests.act_as('joe');
select lives_ok($$select pg_temp.related_courses((select draft from made))$$, 'A draft without a shelf breaks nothing');


-- What students took together comes before everything else.
select tests.act_as_owner();
select tests.grant_access(who, course) from made, unnest(array['carl', 'dora']) who, unnest(array[asked, other]) course;
select private.refresh_course_affinities();
select tests.act_as_anon();
select is(
  pg_temp.related((select asked from made)), 'Something else · Same shelf · Same shelf, other level · Same teacher', 'What its students also study is the best neighbour'
);
select is(pg_temp.related_courses((select asked from made)) #> '{results,0,reason}', '{"kind": "students_also_took"}', 'and says so, naming nobody');
select is(
  current_setting('response.headers'), '[{"Cache-Control": "public, max-age=60"}, {"Vary": "Authorization"}]', 'A visitor''s answer may be kept for a minute'
);

select * from finish();

rollback;
