/** Who does it: a student, the teacher, staff, an edge function, or the clock. */
export type Actor = 'student' | 'teacher' | 'admin' | 'service' | 'clock';

export interface Operation {
  name: string;
  /** How often, beside the others. */
  weight: number;
  by: Actor;
  /**
   * Each of them in a transaction of its own; what one returns as `id` is $1 of the next. A service reads nothing itself:
   * its steps are the owner's, and what one returns as `call`, with `args` for its question marks, it does then.
   */
  steps: string[];
  /** Who has done it is gone afterwards, and somebody new comes. */
  leaves?: boolean;
}

// Everybody picks at random from what he can see, which is how they get in each other's way.
const aCourse = '(select id from public.courses order by random() limit 1)';
const aPaidCourse = '(select id from public.courses where price_cents > 0 order by random() limit 1)';
const aFreeCourse = '(select id from public.courses where price_cents = 0 order by random() limit 1)';
const myCourse = '(select id from public.courses where instructor_id = auth.uid() order by random() limit 1)';
const myPlace = '(select id from public.enrollments where user_id = auth.uid() order by random() limit 1)';
const billing = `'{"first_name": "Bob", "last_name": "Buyer", "email": "bob@people.test", "address_line1": "1 Main St", "city": "Berlin", "country": "DE"}'::jsonb`;
const aLiveOrder = `select o.id, o.user_id from public.orders o where o.state in ('pending', 'failed', 'processing') order by random() limit 1`;

const told = (type: string, object: string, from: string) => `
  select 'apply_stripe_event(?::jsonb)' as call, array[jsonb_build_object('id', 'evt_' || gen_random_uuid(), 'type', '${type}', 'livemode', false,
    'created', floor(extract(epoch from now()))::bigint, 'data', jsonb_build_object('object', ${object}))::text] as args
  from ${from} order by random() limit 1`;
const event = (type: string, object: string, condition = 'true') =>
  told(type, object, `public.payments p where p.id = $1::uuid and ${condition}`);
const intent = (more: string) => `
  jsonb_build_object('id', coalesce(p.stripe_payment_intent_id, 'pi_' || p.id), 'object', 'payment_intent', 'amount', p.amount_cents,
    'currency', p.currency, 'metadata', jsonb_build_object('order_id', p.order_id, 'attempt', p.attempt)) || ${more}`;
const begin = `
  select 'begin_payment(?::uuid, ?::uuid) ->> ''payment_id''' as call, array[o.id::text, o.user_id::text] as args
  from (${aLiveOrder}) o`;
const succeeded = event(
  'payment_intent.succeeded',
  intent(
    `jsonb_build_object('status', 'succeeded', 'amount_received', p.amount_cents, 'latest_charge', 'ch_' || p.id)`,
  ),
);
const claim = (what: string) => `select 'claim_${what}()' as call, array[]::text[] as args`;
const aClaimedRefund = `(
    select r.id, r.order_id, r.amount_cents, p.id as payment_id, p.stripe_payment_intent_id
    from private.refunds r join public.payments p on p.id = r.payment_id
    where r.state = 'requested' and r.locked_until is not null order by random() limit 1
  ) r`;
const aClaimedTransfer = `(
    select t.id, t.amount_cents, t.currency, a.stripe_account_id
    from private.transfers t join private.payout_accounts a on a.user_id = t.instructor_id
    where t.state = 'requested' and t.reverses_id is null and t.locked_until is not null order by random() limit 1
  ) t`;
const aPaidPayment = `select id from public.payments where status = 'succeeded' order by random() limit 1`;

export const operations: readonly Operation[] = [
  { name: 'add to cart', weight: 10, by: 'student', steps: [`select public.add_to_cart(${aPaidCourse})`] },
  { name: 'add a free course to the cart', weight: 2, by: 'student', steps: [`select public.add_to_cart(${aFreeCourse})`] },
  { name: 'remove from cart', weight: 3, by: 'student', steps: ['select public.remove_from_cart((select id from public.cart_items order by random() limit 1))'] },
  { name: 'clear cart', weight: 1, by: 'student', steps: ['select public.clear_cart()'] },
  { name: 'merge a guest cart', weight: 2, by: 'student', steps: [`select public.merge_guest_cart(array[${aCourse}, ${aPaidCourse}])`] },
  { name: 'order', weight: 6, by: 'student', steps: [`select public.create_order_from_cart(${billing})`] },
  { name: 'order with a coupon', weight: 4, by: 'student', steps: [`select public.create_order_from_cart(${billing}, null, (array['SEATS', 'GIFT', 'NONE'])[1 + floor(random() * 3)::int])`] },
  { name: 'change the coupon', weight: 4, by: 'student', steps: [`select public.apply_coupon((select id from public.orders where state = 'pending' limit 1), (array['SEATS', 'GIFT', null])[1 + floor(random() * 3)::int])`] },
  { name: 'cancel an order', weight: 2, by: 'student', steps: [`select public.cancel_order((select id from public.orders where state in ('pending', 'failed') limit 1))`] },
  { name: 'pay', weight: 9, by: 'service', steps: [begin, succeeded, succeeded] },
  { name: 'fail to pay', weight: 2, by: 'service', steps: [begin, event('payment_intent.payment_failed', intent(`'{"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}}'`))] },
  { name: 'pay slowly', weight: 1, by: 'service', steps: [begin, event('payment_intent.processing', intent(`'{"status": "processing"}'`))] },
  { name: 'refund at Stripe', weight: 2, by: 'service', steps: [aPaidPayment, event('refund.created', `jsonb_build_object('id', 're_' || p.id, 'object', 'refund', 'amount', p.amount_cents, 'status', 'succeeded', 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id, 'metadata', '{}'::jsonb)`, `tests.stripe_does('re_' || p.id, p.id, p.amount_cents)`)] },
  { name: 'dispute', weight: 1, by: 'service', steps: [aPaidPayment, event('charge.dispute.created', `jsonb_build_object('id', 'dp_' || p.id, 'object', 'dispute', 'amount', p.amount_cents, 'currency', p.currency, 'status', 'needs_response', 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id)`)] },
  { name: 'end a dispute', weight: 1, by: 'service', steps: [aPaidPayment, event('charge.dispute.closed', `jsonb_build_object('id', 'dp_' || p.id, 'object', 'dispute', 'amount', p.amount_cents, 'currency', p.currency, 'status', (array['won', 'lost'])[1 + floor(random() * 2)::int], 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id)`)] },
  { name: 'refund', weight: 1, by: 'admin', steps: [`select public.refund_order((select id from public.orders where state = 'completed' order by random() limit 1), reason => 'Kindness.')`] },
  { name: 'carry a refund out', weight: 2, by: 'service', steps: [claim('refunds'), told('refund.created', `jsonb_build_object('id', 're_' || r.id, 'object', 'refund', 'amount', r.amount_cents, 'status', 'succeeded', 'payment_intent', r.stripe_payment_intent_id, 'metadata', jsonb_build_object('refund_id', r.id, 'order_id', r.order_id))`, `${aClaimedRefund} where tests.stripe_does('re_' || r.id, r.payment_id, r.amount_cents)`)] },
  { name: 'refuse a refund', weight: 2, by: 'service', steps: [claim('refunds'), `select 'fail_refund(?::uuid, ?)' as call, array[r.id::text, 'charge_disputed'] as args from ${aClaimedRefund} where tests.stripe_refuses('re_' || r.id)`] },
  { name: 'carry a transfer out', weight: 2, by: 'service', steps: [claim('transfers'), told('transfer.created', `jsonb_build_object('id', 'tr_' || t.id, 'object', 'transfer', 'amount', t.amount_cents, 'amount_reversed', 0, 'currency', t.currency, 'destination', t.stripe_account_id, 'metadata', jsonb_build_object('transfer_id', t.id))`, `${aClaimedTransfer} where tests.stripe_does('tr_' || t.id)`)] },
  { name: 'refuse a transfer', weight: 2, by: 'service', steps: [claim('transfers'), `select 'fail_transfer(?::uuid, ?)' as call, array[t.id::text, 'insufficient_funds'] as args from ${aClaimedTransfer} where tests.stripe_refuses('tr_' || t.id)`] },
  { name: 'enrol for free', weight: 6, by: 'student', steps: [`select public.enroll_free(${aFreeCourse})`] },
  { name: 'complete a lesson', weight: 16, by: 'student', steps: [`select public.mark_lesson_complete(e.id, l.id, random() < 0.85) from public.enrollments e join public.lessons l on l.course_id = e.course_id where e.user_id = auth.uid() order by random() limit 1`] },
  { name: 'watch', weight: 12, by: 'student', steps: [`select public.record_watch_time(l.id, n, n + 60, n + 60) from public.enrollments e join public.lessons l on l.course_id = e.course_id, (select floor(random() * 500)::int as n) x where e.user_id = auth.uid() order by random() limit 1`] },
  { name: 'start over', weight: 1, by: 'student', steps: [`select public.reset_progress(${myPlace})`] },
  { name: 'ask for a certificate', weight: 3, by: 'student', steps: [`select public.issue_certificate(${myPlace})`] },
  { name: 'review', weight: 8, by: 'student', steps: [`select public.submit_review(e.course_id, 1 + floor(random() * 5)::int, '', (array['', 'Good.'])[1 + floor(random() * 2)::int]) from public.enrollments e where e.user_id = auth.uid() order by random() limit 1`] },
  { name: 'change a review', weight: 3, by: 'student', steps: ['update public.reviews set rating = 1 + floor(random() * 5)::int where user_id = auth.uid()'] },
  { name: 'delete a review', weight: 2, by: 'student', steps: ['delete from public.reviews where user_id = auth.uid() and random() < 0.5'] },
  { name: 'vote', weight: 6, by: 'student', steps: ['select public.vote_review_helpful((select id from public.reviews order by random() limit 1), random() < 0.7)'] },
  { name: 'wish', weight: 2, by: 'student', steps: [`select public.add_to_wishlist(${aCourse})`] },
  { name: 'wish no more', weight: 1, by: 'student', steps: [`select public.remove_from_wishlist(${aCourse})`] },
  { name: 'look at a course', weight: 3, by: 'student', steps: [`select public.record_course_view(${aCourse})`] },
  { name: 'read the own figures', weight: 2, by: 'student', steps: ['select public.dashboard_stats()'] },
  { name: 'save for later', weight: 2, by: 'student', steps: ['select public.save_for_later((select course_id from public.cart_items where user_id = auth.uid() order by random() limit 1))'] },
  { name: 'move to the cart', weight: 2, by: 'student', steps: ['select public.move_to_cart((select course_id from public.wishlists where user_id = auth.uid() order by random() limit 1))'] },
  { name: 'take some lines out', weight: 2, by: 'student', steps: ['delete from public.cart_items where id in (select id from public.cart_items where user_id = auth.uid() order by random() limit 2)'] },
  { name: 'put several lines in', weight: 1, by: 'student', steps: ['insert into public.cart_items (course_id) select id from public.courses where price_cents > 0 order by random() limit 2'] },
  { name: 'forget some wishes', weight: 1, by: 'student', steps: ['delete from public.wishlists where course_id in (select id from public.courses order by random() limit 3)'] },
  { name: 'wish several', weight: 1, by: 'student', steps: ['insert into public.wishlists (course_id) select id from public.courses order by random() limit 2 on conflict do nothing'] },
  { name: 'read notifications', weight: 2, by: 'student', steps: ['update public.notifications set read_at = now() where id in (select id from public.notifications order by random() limit 5)'] },
  { name: 'read all notifications', weight: 1, by: 'student', steps: ['update public.notifications set read_at = now() where read_at is null'] },
  { name: 'delete notifications', weight: 1, by: 'student', steps: ['delete from public.notifications where id in (select id from public.notifications order by random() limit 3)'] },
  { name: 'vote for several', weight: 2, by: 'student', steps: ['insert into public.review_votes (review_id) select id from public.reviews where user_id <> auth.uid() and not is_hidden order by random() limit 3 on conflict do nothing'] },
  { name: 'take votes back', weight: 2, by: 'student', steps: ['delete from public.review_votes where review_id in (select review_id from public.review_votes order by random() limit 3)'] },
  { name: 'delete all reviews', weight: 1, by: 'student', steps: ['delete from public.reviews where user_id = auth.uid()'] },
  { name: 'report a review', weight: 1, by: 'student', steps: [`select public.report_review((select id from public.reviews order by random() limit 1), 'Spam.')`] },
  { name: 'give a course back', weight: 4, by: 'student', steps: ['select public.request_refund((select i.id from public.order_items i join public.orders o on o.id = i.order_id where o.user_id = auth.uid() order by random() limit 1))'] },
  { name: 'change the own name', weight: 1, by: 'student', steps: [`update public.profiles set first_name = 'Bob ' || floor(random() * 9)::int where id = auth.uid()`] },
  { name: 'reply to a review', weight: 1, by: 'teacher', steps: [`select public.reply_to_review((select r.id from public.reviews r join public.courses c on c.id = r.course_id where c.instructor_id = auth.uid() order by random() limit 1), 'Thank you.')`] },
  { name: 'reorder a course', weight: 2, by: 'teacher', steps: [`select public.reorder_curriculum(c.id, (select jsonb_agg(jsonb_build_object('id', s.id, 'lessons', (select coalesce(jsonb_agg(l.id order by random()), '[]') from public.lessons l where l.section_id = s.id)) order by random()) from public.curriculum_sections s where s.course_id = c.id)) from public.courses c where c.instructor_id = auth.uid() order by random() limit 1`] },
  { name: 'rewrite lessons', weight: 2, by: 'teacher', steps: [`update public.lessons set duration_seconds = 300 + floor(random() * 300)::int where id in (select l.id from public.lessons l join public.courses c on c.id = l.course_id where c.instructor_id = auth.uid() order by random() limit 3)`] },
  { name: 'rename sections', weight: 1, by: 'teacher', steps: [`update public.curriculum_sections set title = 'Part ' || floor(random() * 9)::int where id in (select s.id from public.curriculum_sections s join public.courses c on c.id = s.course_id where c.instructor_id = auth.uid() order by random() limit 2)`] },
  { name: 'add a section', weight: 1, by: 'teacher', steps: [`insert into public.curriculum_sections (course_id, title) select c.id, 'One more' from public.courses c where c.instructor_id = auth.uid() order by random() limit 1`] },
  { name: 'delete a section', weight: 1, by: 'teacher', steps: [`delete from public.curriculum_sections where id = (select id from public.curriculum_sections where title = 'One more' order by random() limit 1)`] },
  { name: 'rewrite contents', weight: 1, by: 'teacher', steps: [`update public.lesson_contents set body = 'Words ' || floor(random() * 9)::int where lesson_id in (select l.id from public.lessons l join public.courses c on c.id = l.course_id where c.instructor_id = auth.uid() order by random() limit 3)`] },
  { name: 'ask for a payout', weight: 1, by: 'teacher', steps: ['select public.request_payout()'] },
  { name: 'send a list of employees', weight: 1, by: 'service', steps: [`select 'enroll_company_staff(?::uuid, ?, ?::uuid[], ?::jsonb)' as call, array[k.id::text, gen_random_uuid()::text, (select array_agg(c.id order by random())::text from public.courses c), (select jsonb_agg(jsonb_build_object('user_id', p.id)) from (select p.id from public.profiles p where p.is_active order by random() limit 3) p)::text] as args from tests.company_secrets s join public.api_keys k on k.id = s.key_id limit 1`] },
  { name: 'change all prices', weight: 1, by: 'teacher', steps: ['update public.courses set price_cents = price_cents + 100 where instructor_id = auth.uid() and price_cents between 1 and 90000'] },
  { name: 'move courses', weight: 2, by: 'teacher', steps: [`update public.courses c set category_id = (select k.id from public.categories k order by md5(c.id::text || k.id || random()) limit 1), title = 'Course ' || md5(random()::text) where c.id in (select o.id from public.courses o where o.instructor_id = auth.uid() order by random() limit 3)`] },
  { name: 'change the name that teaches', weight: 1, by: 'teacher', steps: [`update public.profiles set first_name = 'Ada ' || floor(random() * 9)::int where id = auth.uid()`] },
  { name: 'rename categories', weight: 1, by: 'admin', steps: [`update public.categories set name = 'Shelf ' || md5(random()::text) where id in (select id from public.categories order by random() limit 2)`] },
  { name: 'begin a course', weight: 1, by: 'teacher', steps: [`insert into public.courses (title, short_description, description, category_id, level, price_cents) select 'Draft ' || gen_random_uuid(), 'A draft.', 'A draft.', k.id, 'beginner', 1500 from public.categories k order by random() limit 1`] },
  { name: 'delete a draft', weight: 1, by: 'teacher', steps: [`delete from public.courses where id = (select id from public.courses where instructor_id = auth.uid() and status = 'draft' order by random() limit 1)`] },
  { name: 'write a list anew', weight: 1, by: 'teacher', steps: [`insert into public.course_outcomes (course_id, text) select ${myCourse}, 'Do it ' || n from generate_series(1, 2) n`, `delete from public.course_outcomes where id in (select o.id from public.course_outcomes o join public.courses c on c.id = o.course_id where c.instructor_id = auth.uid() order by random() limit 3)`] },
  { name: 'teach with a colleague', weight: 1, by: 'teacher', steps: [`insert into public.course_instructors (course_id, user_id, role) select ${myCourse}, (select i.user_id from public.course_instructors i where i.user_id <> auth.uid() order by random() limit 1), 'co_instructor' on conflict do nothing`] },
  { name: 'teach alone again', weight: 1, by: 'teacher', steps: [`delete from public.course_instructors where role = 'co_instructor' and course_id in (select id from public.courses where instructor_id = auth.uid())`] },
  { name: 'hand a course over', weight: 1, by: 'admin', steps: [`select public.transfer_course(${aCourse}, (select i.user_id from public.course_instructors i order by random() limit 1))`] },
  { name: 'feature a course', weight: 1, by: 'admin', steps: [`select public.set_featured(${aCourse}, random() < 0.5)`] },
  { name: 'delete some reviews', weight: 1, by: 'admin', steps: ['delete from public.reviews where id in (select id from public.reviews order by random() limit 2)'] },
  { name: 'change many lessons', weight: 1, by: 'admin', steps: ['update public.lessons set duration_seconds = 300 + floor(random() * 300)::int where id in (select id from public.lessons order by random() limit 4)'] },
  { name: 'send mails', weight: 1, by: 'service', steps: [claim('outbox'), `select 'settle_outbox(?::bigint, ?::integer)' as call, array[o.id::text, o.attempts::text] as args from private.outbox o where o.state = 'pending' and o.attempts > 0 order by random() limit 1`] },
  { name: 'print certificates', weight: 1, by: 'service', steps: [claim('certificates')] },
  { name: 'revoke a certificate', weight: 1, by: 'admin', steps: [`select public.revoke_certificate((select id from public.certificates order by random() limit 1), 'A mistake.')`] },
  { name: 'ask for the own data', weight: 1, by: 'student', steps: ['select public.export_my_data()'] },
  { name: 'make a coupon', weight: 1, by: 'teacher', steps: [`select public.create_coupon('C' || upper(left(md5(random()::text), 9)), percent_off => 10, course_id => ${myCourse})`] },
  { name: 'prolong the own coupons', weight: 1, by: 'teacher', steps: [`update public.coupons set expires_at = now() + interval '1 month' where id in (select id from public.coupons order by random() limit 3)`] },
  { name: 'delete coupons', weight: 1, by: 'teacher', steps: ['delete from public.coupons where id in (select id from public.coupons where redeemed_count = 0 order by random() limit 1)'] },
  { name: 'rewrite categories', weight: 1, by: 'admin', steps: [`update public.categories set description = 'A shelf ' || floor(random() * 9)::int where id in (select id from public.categories order by random() limit 2)`] },
  { name: 'change the own profile', weight: 1, by: 'student', steps: [`select public.update_profile(headline => 'I am ' || floor(random() * 90)::int, timezone => (array['UTC', 'Asia/Tokyo'])[1 + floor(random() * 2)::int])`] },
  { name: 'try a coupon', weight: 1, by: 'student', steps: [`select public.preview_coupon('SEATS')`] },
  { name: 'search', weight: 1, by: 'student', steps: [`select public.record_search('course ' || floor(random() * 9)::int)`] },
  { name: 'ask to teach', weight: 1, by: 'student', steps: [`select public.request_instructor('I have taught for years.')`] },
  { name: 'write to staff', weight: 1, by: 'student', steps: [`select public.submit_contact('Bob', 'bob@people.test', 'A question', 'How long is a course?')`] },
  { name: 'change what is mailed', weight: 1, by: 'student', steps: ['update public.notification_preferences set review_replies = random() < 0.5 where user_id = auth.uid()'] },
  { name: 'close the own account', weight: 1, by: 'student', steps: ['select public.deactivate_my_account()'] },
  { name: 'make a key', weight: 1, by: 'teacher', steps: [`select public.create_api_key('CI')`] },
  { name: 'rotate a key', weight: 1, by: 'teacher', steps: [`select public.rotate_api_key((select id from public.api_keys where name = 'CI' order by random() limit 1))`] },
  { name: 'revoke a key', weight: 1, by: 'teacher', steps: [`select public.revoke_api_key((select id from public.api_keys where name = 'CI' order by random() limit 1))`] },
  { name: 'archive a draft', weight: 1, by: 'teacher', steps: [`select public.archive_course((select id from public.courses where instructor_id = auth.uid() and status = 'draft' order by random() limit 1))`] },
  { name: 'make a key for a company', weight: 1, by: 'admin', steps: [`select public.create_company_key((select i.user_id from public.course_instructors i order by random() limit 1), 'Sales', array(select id from public.courses where status = 'published' limit 3), seats => 5)`] },
  { name: 'look at a payout account', weight: 1, by: 'service', steps: [`select 'remember_payout_account(?::uuid, ?::jsonb, now())' as call, array[a.user_id::text, jsonb_build_object('id', a.stripe_account_id, 'country', 'US', 'details_submitted', true, 'payouts_enabled', true, 'capabilities', '{"transfers": "active"}'::jsonb, 'requirements', '{}'::jsonb)::text] as args from private.payout_accounts a order by random() limit 1`] },
  { name: 'decide about a teacher', weight: 1, by: 'admin', steps: [`select public.approve_instructor((select user_id from public.instructor_requests order by random() limit 1), random() < 0.5, 'Thank you.')`] },
  { name: 'hold a course off sale', weight: 1, by: 'admin', steps: [`select public.unpublish_course(${aCourse}, 'We look at it.')`] },
  { name: 'let a course on sale again', weight: 2, by: 'admin', steps: [`select public.review_course((select course_id from public.course_holds order by random() limit 1), random() < 0.9, 'Looked at.')`] },
  { name: 'change a role', weight: 1, by: 'admin', steps: [`select public.set_user_role((select user_id from public.enrollments order by random() limit 1), 'moderator', random() < 0.3)`] },
  { name: 'settle an anomaly', weight: 1, by: 'admin', steps: [`select public.resolve_money_anomaly((select (a ->> 'id')::bigint from jsonb_array_elements(public.list_money_anomalies() -> 'results') a order by random() limit 1), 'Looked at.')`] },
  { name: 'pay the wrong amount', weight: 1, by: 'service', steps: [begin, event('payment_intent.succeeded', intent(`jsonb_build_object('status', 'succeeded', 'amount', 1, 'amount_received', 1, 'latest_charge', 'ch_' || p.id)`))] },
  { name: 'begin to pay', weight: 2, by: 'service', steps: [begin, `select 'remember_payment_intent(?::uuid, ?::integer, ?)' as call, array[p.order_id::text, p.attempt::text, 'pi_' || p.id] as args from public.payments p where p.id = $1::uuid`] },
  { name: 'give an attempt up', weight: 1, by: 'service', steps: [begin, `select 'release_payment_attempt(?::uuid, ?::integer)' as call, array[p.order_id::text, p.attempt::text] as args from public.payments p where p.id = $1::uuid`] },
  { name: 'wait for a payment', weight: 1, by: 'service', steps: [`select 'begin_confirmation(?::uuid)' as call, array[id::text] as args from public.profiles order by random() limit 1`] },
  { name: 'note the fee of Stripe', weight: 1, by: 'service', steps: [`select 'record_processing_fee(?::uuid, ?::integer, ?)' as call, array[p.id::text, '59', p.currency::text] as args from public.payments p where p.status = 'succeeded' and p.processing_fee_cents is null order by random() limit 1`] },
  { name: 'try an event again', weight: 2, by: 'admin', steps: [`select public.retry_stripe_event((select e from jsonb_array_elements(public.list_money_anomalies() -> 'results') a, jsonb_array_elements_text(a -> 'event_ids') e order by random() limit 1), 'Looked at.')`] },
  { name: 'attach a certificate', weight: 1, by: 'service', steps: [`select 'attach_certificate_file(?::uuid, ?)' as call, array[c.id::text, c.user_id || '/' || c.id || '.pdf'] as args from public.certificates c order by random() limit 1`] },
  { name: 'watch a film', weight: 1, by: 'service', steps: [`select 'issue_lesson_media(?::uuid, ?::uuid)' as call, array[l.id::text, e.user_id::text] as args from public.enrollments e join public.lessons l on l.course_id = e.course_id where e.status = 'active' order by random() limit 1`] },
  { name: 'empty a folder', weight: 1, by: 'service', steps: [`select 'claim_file_deletions()' as call, array[]::text[] as args`, `select 'settle_file_deletion(?::bigint)' as call, array[d.id::text] as args from private.file_deletions d where d.done_at is null order by random() limit 1`] },
  { name: 'sign a request', weight: 1, by: 'service', steps: [`select 'authenticate_signed_request(?::uuid, ?::bigint, ?, ?, ?, ?, ?)' as call, tests.signed_request() as args`] },
  { name: 'want no more mail', weight: 1, by: 'service', steps: [`select 'unsubscribe(?)' as call, array[private.unsubscribe_token(p.id, 'review_replies')] as args from public.profiles p where p.is_active order by random() limit 1`] },
  { name: 'lose a mail', weight: 1, by: 'service', steps: [claim('outbox'), `select 'settle_outbox(?::bigint, ?::integer, ?, ?::boolean)' as call, array[o.id::text, o.attempts::text, 'no such mailbox', 'true'] as args from private.outbox o where o.state = 'pending' and o.attempts > 0 order by random() limit 1`] },
  { name: 'send a lost mail again', weight: 1, by: 'admin', steps: [`select public.retry_mail((select (m ->> 'id')::bigint from jsonb_array_elements(public.list_dead_mails() -> 'results') m order by random() limit 1))`] },
  { name: 'give a lost mail up', weight: 1, by: 'admin', steps: [`select public.drop_mail((select (m ->> 'id')::bigint from jsonb_array_elements(public.list_dead_mails() -> 'results') m order by random() limit 1))`] },
  { name: 'change a price', weight: 1, by: 'teacher', steps: [`update public.courses set price_cents = 1000 + floor(random() * 5000)::int where id = ${aPaidCourse} and instructor_id = auth.uid()`] },
  { name: 'move to another shelf', weight: 1, by: 'teacher', steps: [`update public.courses set category_id = (select id from public.categories order by random() limit 1) where id = ${aCourse} and instructor_id = auth.uid()`] },
  { name: 'take off sale', weight: 1, by: 'teacher', steps: [`select public.unpublish_course(${aCourse})`] },
  { name: 'put on sale', weight: 3, by: 'teacher', steps: [`select public.publish_course((select id from public.courses where status = 'unpublished' order by random() limit 1))`] },
  { name: 'add a lesson', weight: 1, by: 'teacher', steps: [`insert into public.lessons (section_id, title, duration_seconds) select s.id, 'One more', 300 from public.curriculum_sections s join public.courses c on c.id = s.course_id where c.instructor_id = auth.uid() order by random() limit 1`] },
  { name: 'delete a lesson', weight: 1, by: 'teacher', steps: [`delete from public.lessons where id = (select id from public.lessons where title = 'One more' order by random() limit 1)`] },
  { name: 'hide a review', weight: 1, by: 'admin', steps: [`select public.moderate_review((select id from public.reviews order by random() limit 1), random() < 0.5, 'Rude.')`] },
  { name: 'give a course', weight: 1, by: 'admin', steps: [`select public.grant_enrollment((select user_id from public.enrollments order by random() limit 1), ${aCourse}, 'A present.')`] },
  { name: 'take a course away', weight: 1, by: 'admin', steps: [`select public.revoke_enrollment((select id from public.enrollments order by random() limit 1), 'A mistake.')`] },
  { name: 'close an account', weight: 1, by: 'admin', steps: [`select public.deactivate_user((select id from public.profiles where is_active and first_name <> 'Deleted' order by random() limit 1), false)`] },
  { name: 'open an account again', weight: 2, by: 'admin', steps: [`select public.deactivate_user((select id from public.profiles where not is_active and first_name <> 'Deleted' order by random() limit 1), true)`] },
  { name: 'leave for good', weight: 1, by: 'student', leaves: true, steps: [`select public.delete_my_account((select email from public.profile_private where user_id = auth.uid()))`] },
  { name: 'the clock strikes', weight: 3, by: 'clock', steps: ['update private.jobs set next_run_at = now() where true', ...Array.from({ length: 40 }, () => 'select private.run_due_job()::text as id')] },
]; // prettier-ignore
