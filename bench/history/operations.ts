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
const myPlace = '(select id from public.enrollments where user_id = auth.uid() order by random() limit 1)';
const billing = `'{"first_name": "Bob", "last_name": "Buyer", "email": "bob@people.test", "address_line1": "1 Main St", "city": "Berlin", "country": "DE"}'::jsonb`;
const aLiveOrder = `select o.id, o.user_id from public.orders o where o.state in ('pending', 'failed', 'processing') order by random() limit 1`;

const event = (type: string, object: string) => `
  select 'apply_stripe_event(?::jsonb)' as call, array[jsonb_build_object('id', 'evt_' || gen_random_uuid(), 'type', '${type}', 'livemode', false,
    'created', floor(extract(epoch from now()))::bigint, 'data', jsonb_build_object('object', ${object}))::text] as args
  from public.payments p join public.orders o on o.id = p.order_id where p.id = $1::uuid`;
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
const aPaidPayment = `select id from public.payments where status = 'succeeded' order by random() limit 1`;

export const operations: readonly Operation[] = [
  { name: 'add to cart', weight: 10, by: 'student', steps: [`select public.add_to_cart(${aPaidCourse})`] },
  { name: 'add a free course to the cart', weight: 2, by: 'student', steps: [`select public.add_to_cart(${aFreeCourse})`] },
  { name: 'remove from cart', weight: 3, by: 'student', steps: ['select public.remove_from_cart((select id from public.cart_items order by random() limit 1))'] },
  { name: 'clear cart', weight: 1, by: 'student', steps: ['select public.clear_cart()'] },
  { name: 'merge a guest cart', weight: 2, by: 'student', steps: [`select public.merge_guest_cart(array[${aCourse}, ${aPaidCourse}])`] },
  { name: 'order', weight: 6, by: 'student', steps: [`select public.create_order_from_cart(${billing})`] },
  { name: 'order with a coupon', weight: 4, by: 'student', steps: [`select public.create_order_from_cart(${billing}, null, (array['SEATS', 'GIFT', 'NONE'])[1 + floor(random() * 3)::int])`] },
  { name: 'change the coupon', weight: 2, by: 'student', steps: [`select public.apply_coupon((select id from public.orders where state = 'pending' limit 1), (array['SEATS', 'GIFT', null])[1 + floor(random() * 3)::int])`] },
  { name: 'cancel an order', weight: 2, by: 'student', steps: [`select public.cancel_order((select id from public.orders where state in ('pending', 'failed') limit 1))`] },
  { name: 'pay', weight: 9, by: 'service', steps: [begin, succeeded, succeeded] },
  { name: 'fail to pay', weight: 2, by: 'service', steps: [begin, event('payment_intent.payment_failed', intent(`'{"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}}'`))] },
  { name: 'pay slowly', weight: 1, by: 'service', steps: [begin, event('payment_intent.processing', intent(`'{"status": "processing"}'`))] },
  { name: 'refund at Stripe', weight: 2, by: 'service', steps: [aPaidPayment, event('refund.created', `jsonb_build_object('id', 're_' || p.id, 'object', 'refund', 'amount', p.amount_cents, 'status', 'succeeded', 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id, 'metadata', '{}'::jsonb)`)] },
  { name: 'dispute', weight: 1, by: 'service', steps: [aPaidPayment, event('charge.dispute.created', `jsonb_build_object('id', 'dp_' || p.id, 'object', 'dispute', 'amount', p.amount_cents, 'currency', p.currency, 'status', 'needs_response', 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id)`)] },
  { name: 'end a dispute', weight: 1, by: 'service', steps: [aPaidPayment, event('charge.dispute.closed', `jsonb_build_object('id', 'dp_' || p.id, 'object', 'dispute', 'amount', p.amount_cents, 'currency', p.currency, 'status', (array['won', 'lost'])[1 + floor(random() * 2)::int], 'payment_intent', p.stripe_payment_intent_id, 'charge', 'ch_' || p.id)`)] },
  { name: 'refund', weight: 1, by: 'admin', steps: [`select public.refund_order((select id from public.orders where state = 'completed' order by random() limit 1), reason => 'Kindness.')`] },
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
  { name: 'change a price', weight: 1, by: 'teacher', steps: [`update public.courses set price_cents = 1000 + floor(random() * 5000)::int where id = ${aPaidCourse} and instructor_id = auth.uid()`] },
  { name: 'move to another shelf', weight: 1, by: 'teacher', steps: [`update public.courses set category_id = (select id from public.categories order by random() limit 1) where id = ${aCourse} and instructor_id = auth.uid()`] },
  { name: 'take off sale', weight: 1, by: 'teacher', steps: [`select public.unpublish_course(${aCourse})`] },
  { name: 'put on sale', weight: 2, by: 'teacher', steps: [`select public.publish_course((select id from public.courses where status = 'unpublished' order by random() limit 1))`] },
  { name: 'add a lesson', weight: 1, by: 'teacher', steps: [`insert into public.lessons (section_id, title, duration_seconds) select s.id, 'One more', 300 from public.curriculum_sections s join public.courses c on c.id = s.course_id where c.instructor_id = auth.uid() order by random() limit 1`] },
  { name: 'delete a lesson', weight: 1, by: 'teacher', steps: [`delete from public.lessons where id = (select id from public.lessons where title = 'One more' order by random() limit 1)`] },
  { name: 'hide a review', weight: 1, by: 'admin', steps: [`select public.moderate_review((select id from public.reviews order by random() limit 1), random() < 0.5, 'Rude.')`] },
  { name: 'give a course', weight: 1, by: 'admin', steps: [`select public.grant_enrollment((select user_id from public.enrollments order by random() limit 1), ${aCourse}, 'A present.')`] },
  { name: 'take a course away', weight: 1, by: 'admin', steps: [`select public.revoke_enrollment((select id from public.enrollments order by random() limit 1), 'A mistake.')`] },
  { name: 'close an account', weight: 1, by: 'admin', steps: [`select public.deactivate_user((select id from public.profiles where is_active and first_name <> 'Deleted' order by random() limit 1), false)`] },
  { name: 'open an account again', weight: 2, by: 'admin', steps: [`select public.deactivate_user((select id from public.profiles where not is_active and first_name <> 'Deleted' order by random() limit 1), true)`] },
  { name: 'leave for good', weight: 1, by: 'student', leaves: true, steps: [`select public.delete_my_account((select email from public.profile_private where user_id = auth.uid()))`] },
  { name: 'the clock strikes', weight: 1, by: 'clock', steps: ['update private.jobs set next_run_at = now() where true', ...Array.from({ length: 40 }, () => 'select private.run_due_job()::text as id')] },
]; // prettier-ignore
