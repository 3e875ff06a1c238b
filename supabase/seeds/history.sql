-- What happened so far: learners studied and rated, Bob bought two courses and finished one, Eve looked around.

-- The popular courses have many learners, the others a few. Demo access is a gift with a reason, so that the books stay true:
-- nobody paid for it.
do $$
declare
  learner record;
  course record;
begin
  for course in
    select c.id, c.title, row_number() over (order by seed.pick(1000, 'fame', c.title)) as fame
    from public.courses c
    where c.status = 'published'
  loop
    for learner in
      select p.id from public.profiles p join auth.users u on u.id = p.id
      where u.email like 'learner-%'
        and seed.pick(100, 'studies', u.email, course.title) < greatest(6, 48 - course.fame)
    loop
      perform private.grant_access(learner.id, course.id, 'gift', reason => 'Demo data');
    end loop;
  end loop;
end
$$;

update public.enrollments as e
set enrolled_at = greatest(
  c.published_at,
  now() - make_interval(days => 3 + seed.pick(300, 'since', e.id::text))
)
from public.courses as c
where c.id = e.course_id;

insert into public.reviews (course_id, user_id, rating, title, comment, created_at)
select
  e.course_id,
  e.user_id,
  r.rating,
  coalesce((array['A waste of time', 'Not for me', 'Solid', 'Very good', 'The best so far'])[r.rating], ''),
  case seed.pick(4, 'words', e.course_id::text, e.user_id::text)
    when 0 then ''
    when 1 then 'Clear explanations and good exercises. I used what I learned in the same week.'
    when 2 then 'The pace is right and the examples are from real work. Some sections could be longer.'
    else 'I had tried to learn this three times before. This time it worked, because every lesson builds on the last one.'
  end,
  e.enrolled_at + make_interval(days => 1 + seed.pick(40, 'reviewed', e.course_id::text, e.user_id::text))
from
  public.enrollments as e
  cross join lateral (
    select
      (array[5, 5, 5, 5, 5, 4, 4, 4, 3, 2])[
        1 + seed.pick(10, 'stars', e.course_id::text, e.user_id::text)
      ] as rating
  ) as r
where seed.pick(100, 'reviews', e.course_id::text, e.user_id::text) < 45;

-- A review is never from the future.
update public.reviews as r set created_at = now() - interval '1 hour' where r.created_at > now();

insert into public.review_votes (review_id, user_id)
select r.id, p.id
from
  public.reviews as r
  join public.profiles as p
    on p.id != r.user_id and p.id in (select u.id from auth.users as u where u.email like 'learner-%')
where r.comment != '' and seed.pick(100, 'votes', r.course_id::text, r.user_id::text, p.id::text) < 3;

-- From here on the cast acts as it would through the API.
create or replace function seed.act_as(email text)
returns void
language sql
as $$
  select
    set_config(
      'request.jwt.claims',
      jsonb_build_object('sub', seed.id('user', act_as.email), 'role', 'authenticated')::text,
      true
    );
$$;

do $$
declare
  bootcamp uuid := seed.course_id('Complete Web Development Bootcamp 2026');
  react uuid := seed.course_id('Modern React from First Principles');
  git uuid := seed.course_id('Git, Understood');
  bob uuid := seed.id('user', 'bob@learnflow.test');
  bought jsonb;
  payment jsonb;
  enrollment uuid;
  lesson record;
begin
  -- Bob buys the two courses of the requirements' example: 169.98 instead of 249.98.
  perform seed.act_as('bob@learnflow.test');
  perform public.add_to_cart(bootcamp);
  perform public.add_to_cart(react);
  bought := public.create_order_from_cart(
    '{"first_name": "Bob", "last_name": "Mendes", "email": "bob@learnflow.test", "address_line1": "Rua Augusta 12", "address_line2": "", "city": "São Paulo", "state": "SP", "postal_code": "01305-000", "country": "BR", "phone": "+55 11 5550 0101"}'
  );
  payment := public.begin_payment((bought ->> 'id')::uuid, bob);
  perform public.remember_payment_intent((bought ->> 'id')::uuid, (payment ->> 'attempt')::integer, 'pi_demo_bob');
  perform public.apply_stripe_event(jsonb_build_object(
    'id', 'evt_demo_bob', 'object', 'event', 'type', 'payment_intent.succeeded', 'livemode', false, 'api_version', 'demo',
    'created', extract(epoch from now())::bigint,
    'data', jsonb_build_object('object', jsonb_build_object(
      'id', 'pi_demo_bob', 'object', 'payment_intent', 'status', 'succeeded', 'livemode', false,
      'amount', 16998, 'amount_received', 16998, 'currency', 'usd', 'latest_charge', 'ch_demo_bob',
      'metadata', jsonb_build_object('order_id', bought ->> 'id', 'user_id', bob)
    ))
  ));

  -- What Stripe kept of it; the emulator has never heard of it.
  perform public.record_processing_fee((payment ->> 'payment_id')::uuid, 523, 'usd');

  -- He studies the bootcamp to a third, and finishes the free course about Git.
  select e.id into enrollment from public.enrollments e where e.user_id = bob and e.course_id = bootcamp;
  for lesson in
    select l.id from public.lessons l join public.curriculum_sections s on s.id = l.section_id
    where l.course_id = bootcamp order by s.position, l.position limit 6
  loop
    perform public.mark_lesson_complete(enrollment, lesson.id);
  end loop;

  perform public.enroll_free(git);
  select e.id into enrollment from public.enrollments e where e.user_id = bob and e.course_id = git;
  for lesson in select l.id from public.lessons l where l.course_id = git loop
    perform public.mark_lesson_complete(enrollment, lesson.id);
  end loop;
  perform public.submit_review(git, 5, 'At last', 'I finally know what a rebase does.');

  insert into public.wishlists (user_id, course_id)
  values (bob, seed.course_id('Practical Rust')), (bob, seed.course_id('Piano for Adults'));
  perform public.add_to_cart(seed.course_id('PostgreSQL for Application Developers'));

  -- Eve looks around: a free course, two in the cart, nothing bought.
  perform seed.act_as('eve@learnflow.test');
  perform public.enroll_free(seed.course_id('How to Learn a Language'));
  perform public.add_to_cart(seed.course_id('Spanish for Travellers'));
  perform public.add_to_cart(seed.course_id('Photography from Scratch'));
  perform set_config('request.jwt.claims', '', true);
end
$$;

-- The old course leaves the shelf.
update public.courses as c
set
  status = 'archived',
  archived_at = now()
from seed.courses as s
where s.status = 'archived' and c.id = seed.course_id(s.title);

-- The mails of this history were never meant to be sent.
delete from private.outbox where true;

drop schema seed cascade;
