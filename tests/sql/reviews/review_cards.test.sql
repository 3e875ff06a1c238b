begin;

select plan(17);

create temporary table made on commit drop as select tests.create_course('ada', 'Bread') as bread;
select tests.grant_access('bob', bread), tests.grant_access('eve', bread) from made;
grant select on made to public;

-- What the list shows, against what follows from the facts.
create function pg_temp.differences() returns table (id uuid) language sql as $$
  select r.id
  from public.reviews r join public.profiles p on p.id = r.user_id
  left join (
    select shown from made, json_array_elements(public.list_reviews(bread) -> 'results') shown
  ) l on l.shown ->> 'id' = r.id::text
  where r.is_hidden <> (l.shown is null)
    or (l.shown::jsonb - array['is_own', 'voted_helpful']) <> jsonb_build_object(
      'id', r.id,
      'author', jsonb_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name, 'avatar', p.avatar_path),
      'rating', r.rating, 'title', r.title, 'comment', r.comment, 'helpful_count', r.helpful_count,
      'created_at', r.created_at, 'updated_at', r.updated_at,
      'instructor_reply', nullif(r.instructor_reply, ''), 'replied_at', r.replied_at
    )
$$;

set local timezone = 'UTC';
select tests.act_as('bob');
select public.submit_review(bread, 5, E'A "good"\ncourse', E'All \\ of it: ünïcode, \u0001, 🍞.') from made;
select tests.act_as('eve');
select public.submit_review(bread, 2) from made;
select tests.act_as_owner();
select is((select count(*) from private.review_cards), 2::bigint, 'Each review has a card');
select is_empty('select * from pg_temp.differences()', 'that says what it says, whatever is typed');

select tests.act_as('bob');
update public.reviews set rating = 4, title = 'Better', comment = '' where user_id = tests.user_id('bob');
select tests.act_as_owner();
select is_empty('select * from pg_temp.differences()', 'Bob changes his mind');
select tests.act_as('bob');
select public.update_profile(first_name => 'Robert "Bob"', last_name => '');
select tests.act_as_owner();
select is((select first_name from public.profiles where id = tests.user_id('bob')), 'Robert "Bob"', 'and his name');
select is_empty('select * from pg_temp.differences()', 'at once');
update public.profiles set avatar_path = id || '/me.png' where id = tests.user_id('bob');
select is_empty('select * from pg_temp.differences()', 'a picture');
select tests.act_as('eve');
select public.vote_review_helpful(r.id) from public.reviews r where r.user_id = tests.user_id('bob');
select tests.act_as_owner();
select is((select helpful_count from public.reviews where user_id = tests.user_id('bob')), 1, 'Eve finds it helpful');
select is_empty('select * from pg_temp.differences()', 'which the card counts');
select tests.act_as('ada');
select public.reply_to_review(r.id, 'Thank you.') from public.reviews r where r.user_id = tests.user_id('bob');
select tests.act_as_owner();
select is_empty('select * from pg_temp.differences()', 'Ada answers');
select tests.act_as('ada');
select public.reply_to_review(r.id, '') from public.reviews r where r.user_id = tests.user_id('bob');
select tests.act_as_owner();
select is_empty('select * from pg_temp.differences()', 'and takes it back');
update public.reviews set is_hidden = true where user_id = tests.user_id('eve');
select is_empty('select * from pg_temp.differences()', 'What staff hides is not listed');
update public.reviews set is_hidden = false where user_id = tests.user_id('eve');
select is_empty('select * from pg_temp.differences()', 'until it is shown again');

-- Whoever writes in another time zone writes the same card, and changes nothing when nothing has changed.
set local timezone = 'Asia/Tokyo';
create temporary table before on commit drop as select k.ctid as place, k.card from private.review_cards k;
select private.write_review_cards(array(select r.id from public.reviews r));
select is_empty('select k.ctid, k.card from private.review_cards k except select place, card from before', 'Made anew, the cards are what they were');

select private.erase_user(tests.user_id('bob'));
select is_empty($$select from private.review_cards k where k.author ~ 'Robert'$$, 'Who leaves is named no more');
set local timezone = 'UTC';
select is_empty('select * from pg_temp.differences()', 'and shown as somebody who left');
delete from public.reviews where user_id = tests.user_id('eve');
select is((select count(*) from private.review_cards), 1::bigint, 'A review that is deleted takes its card along');

select tests.act_as_anon();
select tests.is_denied('select from private.review_cards', 'Cards are the workshop''s');

select * from finish();

rollback;
