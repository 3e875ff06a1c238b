begin;

select plan(3);

select tests.create_course('ada', 'Music theory');
insert into public.categories (name, slug, icon) values ('Art', 'art', 'Palette');

select tests.act_as_anon();
select is(
  (select array_agg(k ->> 'name') from jsonb_array_elements(public.list_categories() -> 'results') k where k ->> 'name' in ('Art', 'Testing')),
  array['Art', 'Testing'], 'a visitor gets the shelves by name'
);
select is(
  (select k - 'id' from jsonb_array_elements(public.list_categories() -> 'results') k where k ->> 'slug' = 'testing'),
  '{"name": "Testing", "slug": "testing", "icon": "BookOpen", "description": "Courses of the tests.", "course_count": 1}', 'with what stands on them'
);
select tests.act_as('ada');
select ok(public.list_categories() ? 'results', 'and so does everybody else');

select * from finish();

rollback;
