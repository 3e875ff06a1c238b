begin;

select plan(11);

select tests.make_instructor('ada');
select tests.make_instructor('joe');
select tests.act_as('ada');

insert into public.courses (title) values ('C''est déjà l''été: Français 2.0!');
select is((select slug from public.courses where title like 'C''est%'), 'c-est-deja-l-ete-francais-2-0', 'An address is made of the plain letters of the title');

insert into public.courses (title) values ('Web Development'), ('Web Development');
select results_eq(
  $$select slug from public.courses where title = 'Web Development' order by slug$$,
  array['web-development', 'web-development-2'],
  'Two courses of one title have two addresses'
);
select tests.act_as('joe');
insert into public.courses (title) values ('web development');
select is((select slug from public.courses where title = 'web development'), 'web-development-3', 'Joe gets the next one, though he sees none of the drafts before him');

insert into public.courses (title) values ('日本語'), ('🎸🎸🎸');
select results_eq(
  $$select slug from public.courses where title in ('日本語', '🎸🎸🎸') order by slug$$, array['course', 'course-2'], 'A title without such letters gets an address, too'
);
insert into public.courses (title) values (repeat('long ', 50));
select cmp_ok((select length(slug) from public.courses where title like 'long%'), '<=', 80, 'An address is not endless');
insert into public.courses (title) values (E'right \u202Eto\u202C left \u200B and back');
select matches((select slug from public.courses where title like 'right%'), '^[a-z0-9-]+$', 'Invisible letters do not get into an address');

insert into public.courses (title, slug) values ('My course', 'chosen-by-joe');
select is((select slug from public.courses where title = 'My course'), 'chosen-by-joe', 'Joe may choose an address');
select tests.raises($$insert into public.courses (title, slug) values ('Other', 'chosen-by-joe')$$, '23505', 'but not one that is taken');

update public.courses set title = 'My better course' where slug = 'chosen-by-joe';
select is((select slug from public.courses where title = 'My better course'), 'chosen-by-joe', 'A chosen address outlives the title');
update public.courses set title = 'Web Design' where title = 'web development';
select is((select slug from public.courses where title = 'Web Design'), 'web-design', 'The address of a draft follows its title');

select tests.act_as_owner();
update public.courses set status = 'published', published_at = now() where slug = 'web-design';
select tests.act_as('joe');
update public.courses set title = 'Web Design for all' where slug = 'web-design';
select is((select slug from public.courses where title = 'Web Design for all'), 'web-design', 'The address of a published course is a promise');

select * from finish();

rollback;
