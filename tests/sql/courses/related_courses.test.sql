begin;

select plan(8);

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
create function pg_temp.related(course uuid) returns text language sql as $$
  select string_agg(card ->> 'title', ' · ' order by place) from jsonb_array_elements(public.related_courses(course) -> 'results') with ordinality x(card, place)
$$;
grant execute on function pg_temp.related(uuid) to public;

select tests.act_as_anon();
select is(pg_temp.related((select asked from made)), 'Same shelf · Same shelf, other level · Same teacher', 'The shelf first, the same level before others, then the teacher');
select is(jsonb_array_length(public.related_courses((select asked from made), 1) -> 'results'), 1, 'as many as are asked for');
select tests.raises($$select public.related_courses((select draft from made))$$, 'COURSE_NOT_FOUND', 'A draft has no relatives for a visitor');
select tests.raises($$select public.related_courses(gen_random_uuid())$$, 'COURSE_NOT_FOUND', 'like a course that is nowhere');
select tests.act_as('joe');
select alike(pg_temp.related((select draft from made)), '%Asked%', 'Its author sees what stands beside it');
select unalike(pg_temp.related((select shelf from made)), '%Draft%', 'but no draft stands beside anything');
select tests.act_as('bob');
select is((public.related_courses((select asked from made)) #> '{results,1,enrolled}'), 'true', 'Bob sees what he has already');
select tests.act_as_owner();
update public.courses set category_id = null where id = (select draft from made);
select tests.act_as('joe');
select lives_ok($$select public.related_courses((select draft from made))$$, 'A draft without a shelf breaks nothing');

select * from finish();

rollback;
