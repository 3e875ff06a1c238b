-- The world of the authorisation matrix: twelve actors, four kinds of course, and a row of everything that has an owner.
-- Made by the same functions as in life, so that no fixture is a state that the product cannot reach.
-- What the matrix writes as @name is a row of tests.fixtures.

create table tests.fixtures (name text primary key, value jsonb not null);

grant select on tests.fixtures to public;

create function tests.name_it(name text, value anyelement)
returns void
language sql
security definer
as $$
  insert into tests.fixtures values (name_it.name, to_jsonb(name_it.value));
$$;

grant execute on function tests.name_it(text, anyelement) to public;

-- People. An actor's name in the matrix is the name of the account; its letter is the id.
select
  tests.sign_up('student'),
  tests.sign_up('student_other'),
  tests.sign_up('student_enrolled'),
  tests.sign_up('student_refunded'),
  tests.make_instructor('instructor_owner'),
  tests.make_instructor('instructor_other'),
  tests.make_instructor('co_instructor'),
  tests.make_moderator('moderator'),
  tests.make_admin('admin'),
  -- Never acts: the last admin cannot do everything, and on a running stack there are others, too.
  tests.make_admin('admin_other'),
  tests.sign_up('deactivated'),
  -- Never acts: a plain student whom nobody has reason to see.
  tests.sign_up('bystander');

insert into tests.fixtures
select letter, to_jsonb(tests.user_id(name))
from
  (
    values
      ('S', 'student'),
      ('T', 'student_other'),
      ('E', 'student_enrolled'),
      ('R', 'student_refunded'),
      ('I', 'instructor_owner'),
      ('J', 'instructor_other'),
      ('K', 'co_instructor'),
      ('M', 'moderator'),
      ('A', 'admin'),
      ('B', 'admin_other'),
      ('D', 'deactivated'),
      ('N', 'bystander')
  ) as people (letter, name);

create function tests.fixture(name text)
returns uuid
language sql
stable
strict
as $$
  select (value #>> '{}')::uuid from tests.fixtures where fixtures.name = fixture.name;
$$;

grant execute on function tests.fixture(text) to public;

-- Courses: on sale, not yet, not any more, for nothing; one that a student has finished, and one of somebody else.
select
  tests.name_it('C_pub', tests.create_course('instructor_owner', 'On sale')),
  tests.name_it('C_draft', tests.create_course('instructor_owner', 'Draft', publish => false)),
  tests.name_it('C_unpub', tests.create_course('instructor_owner', 'Not on sale any more')),
  tests.name_it('C_free', tests.create_course('instructor_owner', 'For nothing', 0)),
  tests.name_it('C_done', tests.create_course('instructor_owner', 'Finished', 0, 1)),
  tests.name_it('C_other', tests.create_course('instructor_other', 'Of another instructor'));

insert into public.course_instructors (course_id, user_id, role)
select tests.fixture(course), tests.fixture('K'), 'co_instructor'
from unnest(array['C_pub', 'C_draft', 'C_unpub']) as course;

insert into tests.fixtures
select
  format('L%s_%s', number, course),
  to_jsonb((tests.lesson_ids(tests.fixture(course)))[number])
from
  unnest(array['C_pub', 'C_draft', 'C_unpub', 'C_free', 'C_done', 'C_other']) as course,
  generate_series(1, 3) as number
where (tests.lesson_ids(tests.fixture(course)))[number] is not null;

insert into tests.fixtures
select 'Sec_' || fixtures.name, to_jsonb(s.id)
from
  public.curriculum_sections as s
  join tests.fixtures on to_jsonb(s.course_id) = fixtures.value;

-- One lesson still has to be written.
delete from public.lesson_contents where lesson_id = tests.fixture('L3_C_other');

insert into public.course_outcomes (course_id, position, text)
select tests.fixture(course), 1, 'Something learned' from unnest(array['C_pub', 'C_draft']) as course;

insert into public.course_requirements (course_id, position, text)
select tests.fixture(course), 1, 'Something needed' from unnest(array['C_pub', 'C_draft']) as course;

select tests.name_it('Category', id) from public.categories where slug = 'testing';

insert into public.categories (name, slug, description) values ('Empty', 'empty', 'Without courses.');

select tests.name_it('Category_empty', id) from public.categories where slug = 'empty';

insert into public.coupons (code, course_id, percent_off) values ('UNUSED10', tests.fixture('C_pub'), 10);

select tests.name_it('Coupon', id) from public.coupons where code = 'UNUSED10';

-- Purchases: E keeps two courses and one is taken off the shop; R gave the money back; D was a student.
select
  tests.name_it(
    'Order_E',
    tests.check_out('student_enrolled', array[tests.fixture('C_pub'), tests.fixture('C_unpub')])
  );
select
  tests.name_it(
    'Order_R',
    tests.check_out('student_refunded', array[tests.fixture('C_pub'), tests.fixture('C_unpub')])
  );
select
  tests.name_it(
    'Order_D',
    tests.check_out('deactivated', array[tests.fixture('C_pub'), tests.fixture('C_unpub')])
  );
select tests.pay(tests.fixture('Order_' || letter), 'pi_' || lower(letter))
from unnest(array['E', 'R', 'D']) as letter;

select
  tests.stripe_says(
    'refund.created',
    jsonb_build_object(
      'id',
      're_r',
      'object',
      'refund',
      'amount',
      total_cents,
      'status',
      'succeeded',
      'payment_intent',
      'pi_r',
      'charge',
      'ch_r',
      'metadata',
      '{}'::jsonb
    )
  )
from public.orders
where id = tests.fixture('Order_R');

-- S has filled a cart and asked for the form of Stripe, but not paid.
select tests.name_it('Order_S', tests.check_out('student', array[tests.fixture('C_pub')]));
select tests.begin_payment(tests.fixture('Order_S'), 'pi_s');
select tests.name_it('Item_S', id) from public.cart_items where user_id = tests.fixture('S');
select tests.name_it('Cart_S', id) from public.carts where user_id = tests.fixture('S');
insert into public.wishlists (user_id, course_id) values (tests.fixture('S'), tests.fixture('C_free'));

-- What the students do. Each acts for one statement.
select tests.act_as('student_enrolled');
select public.mark_lesson_complete(e.id, tests.fixture('L1_C_pub'))
from public.enrollments as e
where e.course_id = tests.fixture('C_pub');
select public.record_watch_time(tests.fixture('L2_C_pub'), 0, 30, 30);
select public.submit_review(tests.fixture('C_pub'), 5, 'Good', 'By E.');
select
  public.submit_review(
    tests.fixture('C_unpub'),
    4,
    'Fine',
    'By E, of a course that is not on sale any more.'
  );
select public.enroll_free(tests.fixture(course)) from unnest(array['C_done', 'C_free']) as course;
select public.mark_lesson_complete(e.id, tests.fixture('L1_C_done'))
from public.enrollments as e
where e.course_id = tests.fixture('C_done');
select public.submit_review(tests.fixture('C_done'), 1, 'Rude', 'By E, hidden.');
select tests.act_as('deactivated');
select public.submit_review(tests.fixture('C_pub'), 3, 'So so', 'By D.');
select tests.act_as('student');
select public.vote_review_helpful(r.id) from public.reviews as r where r.comment = 'By D.';
select tests.act_as_owner();
select tests.act_as('student');
select tests.name_it('Key', (public.create_api_key('Reports', 30) ->> 'id')::uuid);
select tests.act_as('admin');
select
  tests.name_it(
    'Key_company',
    (public.create_company_key(tests.fixture('S'), 'Company', array[tests.fixture('C_pub')]) ->> 'id')::uuid
  );
select tests.act_as('student_refunded');
select public.request_instructor('I want to teach.');
select tests.act_as_anon();
select
  public.submit_contact('Somebody', 'somebody@people.test', 'A question', 'When does the next course begin?');
select tests.act_as_owner();

update public.reviews
set
  is_hidden = true,
  hidden_reason = 'Rude.'
where comment = 'By E, hidden.';

select tests.name_it('Review_E', id) from public.reviews where comment = 'By E.';
select tests.name_it('Review_unpub', id) from public.reviews where comment like '%any more.';
select tests.name_it('Review_hidden', id) from public.reviews where comment = 'By E, hidden.';
select tests.name_it('Review_D', id) from public.reviews where comment = 'By D.';

update public.courses set status = 'unpublished' where id = tests.fixture('C_unpub');

insert into public.notifications (user_id, kind, title)
values
  (tests.fixture('S'), 'welcome', 'Welcome'),
  (tests.fixture('E'), 'welcome', 'Welcome');

insert into public.course_daily_stats (course_id, day, views)
values (tests.fixture('C_pub'), '2026-01-01', 1);
insert into public.course_daily_revenue (course_id, day, currency)
values (tests.fixture('C_pub'), '2026-01-01', 'usd');

-- Files. The rows are what the policies see; nobody downloads the bytes here.
insert into storage.objects (bucket_id, name, owner_id)
values
  ('avatars', tests.fixture('S') || '/a.png', tests.fixture('S')::text),
  ('avatars', tests.fixture('I') || '/a.png', tests.fixture('I')::text),
  ('course-thumbnails', tests.fixture('C_pub') || '/t.png', tests.fixture('I')::text),
  (
    'lesson-videos',
    tests.fixture('C_pub') || '/' || tests.fixture('L1_C_pub') || '/preview.mp4',
    tests.fixture('I')::text
  ),
  (
    'lesson-videos',
    tests.fixture('C_pub') || '/' || tests.fixture('L2_C_pub') || '/paid.mp4',
    tests.fixture('I')::text
  ),
  (
    'lesson-videos',
    tests.fixture('C_unpub') || '/' || tests.fixture('L2_C_unpub') || '/paid.mp4',
    tests.fixture('I')::text
  ),
  (
    'lesson-videos',
    tests.fixture('C_draft') || '/' || tests.fixture('L1_C_draft') || '/preview.mp4',
    tests.fixture('I')::text
  ),
  (
    'lesson-resources',
    tests.fixture('C_pub') || '/' || tests.fixture('L1_C_pub') || '/preview.pdf',
    tests.fixture('I')::text
  ),
  (
    'lesson-resources',
    tests.fixture('C_pub') || '/' || tests.fixture('L2_C_pub') || '/paid.pdf',
    tests.fixture('I')::text
  ),
  ('certificates', tests.fixture('E') || '/certificate.pdf', null),
  ('invoices', tests.fixture('E') || '/INV-2026-00001.pdf', null);

insert into tests.fixtures
select
  format('File_%s_%s', o.bucket_id, coalesce(f.name, l.name)),
  to_jsonb(o.name)
from
  storage.objects as o
  left join tests.fixtures as l on l.name like 'L%' and l.value #>> '{}' = split_part(o.name, '/', 2)
  left join tests.fixtures as f on f.value #>> '{}' = split_part(o.name, '/', 1) and l.name is null
where o.name like any (select (value #>> '{}') || '/%' from tests.fixtures);

update public.lesson_contents
set video_path = o.name
from storage.objects as o
where o.bucket_id = 'lesson-videos' and split_part(o.name, '/', 2) = lesson_contents.lesson_id::text;

insert into public.course_holds (course_id, reason)
values (tests.fixture('C_unpub'), 'Copied.');

select tests.act_as('admin');
select public.deactivate_user(tests.fixture('D'));
-- Whoever was closed can still sign in, and leave.
select tests.sign_in('deactivated');
select tests.act_as_owner();

insert into tests.fixtures
select 'Enrollment_' || p.name || '_' || c.name, to_jsonb(e.id)
from
  public.enrollments as e
  join tests.fixtures as p on p.value = to_jsonb(e.user_id)
  join tests.fixtures as c on c.value = to_jsonb(e.course_id);

select tests.name_it('Certificate', id), tests.name_it('Certificate_code', code)
from public.certificates
where user_id = tests.fixture('E');
select tests.name_it('Notification', id)
from public.notifications
where user_id = tests.fixture('S') and kind = 'welcome';
select tests.name_it('Contact', id) from public.contact_messages where email = 'somebody@people.test';
select tests.name_it('OrderItem_' || letter, i.id)
from
  unnest(array['E', 'R']) as letter
  join public.order_items as i on i.order_id = tests.fixture('Order_' || letter)
where i.course_id = tests.fixture('C_unpub');
select
  tests.name_it(
    case v.kind
      when 'invoice' then 'Invoice_'
      else 'CreditNote_'
    end || letter,
    v.id
  )
from
  unnest(array['E', 'R', 'D']) as letter
  join public.invoices as v on v.order_id = tests.fixture('Order_' || letter);
select tests.name_it('Payment_S', id) from public.payments where order_id = tests.fixture('Order_S');
select tests.name_it('Billing', tests.billing());
select tests.name_it('Outcome', id) from public.course_outcomes where course_id = tests.fixture('C_pub');
select tests.name_it('Requirement', id)
from public.course_requirements
where course_id = tests.fixture('C_pub');
