import { globSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { billingAddress } from '../support/billing.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { learnflow } from '../support/learnflow.ts';
import { madeUpCounters } from '../support/made-up-counters.ts';
import { payAsBuyer } from '../support/payments.ts';
import { cast, type Person, signUp } from '../support/people.ts';
import { lacks } from '../support/shape.ts';

interface Golden {
  endpoint: string;
  method: string | null;
  response: unknown;
}

/** The sample answers of the requirements, by the number of the endpoint. */
const goldens = new Map(
  globSync('*.json', { cwd: new URL('../golden/', import.meta.url).pathname }).map((file) => [
    file.slice(0, 3),
    JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8')) as Golden,
  ]),
);
const compared = new Set<string>();

/** The answer to an endpoint, after a look at its shape. */
async function golden<Answer>(id: string, call: Promise<Answer>): Promise<Answer> {
  const { response } = goldens.get(id)!;
  const answer = await call;
  compared.add(id);
  // 204 is an answer without a body.
  expect(response === null ? answer : lacks(answer, response)).toEqual(response === null ? null : []);
  return answer;
}

const picture = () => new Blob(['a picture'], { type: 'image/png' });

/** Every sample of the requirements, through the client, in the order of one student's days. The tests are one story. */
describe('the samples of the requirements', () => {
  const title = `Complete Web Development Bootcamp ${randomUUID().slice(0, 8)}`;
  const email = `john.${randomUUID().slice(0, 8)}@people.test`;
  const password = 'SecurePassword123!';
  const john = learnflow();
  let angela: Person;
  let mary: Person;
  let teaching: LearnFlow;
  // A shelf of their own, with a course to recommend.
  const category = `golden-${randomUUID().slice(0, 8)}`;
  let bootcamp: CreatedCourse;
  let second: CreatedCourse;
  let free: CreatedCourse;
  let itemId: string;
  let orderId: string;
  let clientSecret: string;
  let enrollmentId: string;

  beforeAll(async () => {
    const people = await cast();
    angela = people.ada;
    teaching = learnflow(angela.client);
    await teaching.profileService.uploadAvatar(picture());
    await teaching.profileService.updateProfile({ bio: '10+ years of teaching experience' });

    // A struck-through price must have been asked for: the courses go on sale at 129.99 and 119.99, then are reduced.
    bootcamp = await createCourse(angela, { title, price_cents: 12999, lessons: 40, category });
    second = await createCourse(angela, { price_cents: 11999, category });
    const third = await createCourse(angela, { price_cents: 11999, category });
    free = await createCourse(angela, { price_cents: 0, lessons: 1, category });
    await teaching.instructorService.uploadThumbnail(bootcamp.id, picture());
    await teaching.instructorService.updateCourse(bootcamp.id, {
      price_cents: 8999,
      original_price_cents: 12999,
      preview_video_url: 'https://videos.test/trailer.mp4',
    });
    for (const { id } of [second, third]) {
      const prices = { price_cents: 7999, original_price_cents: 11999 };
      await teaching.instructorService.updateCourse(id, prices);
    }
    for (const lesson_id of bootcamp.lesson_ids) {
      await teaching.instructorService.saveLessonContent({
        lesson_id,
        video_url: 'https://videos.test/lesson.mp4',
      });
    }
    const text = (what: string) => ({ course_id: bootcamp.id, text: what, position: 1 });
    await angela.client.from('course_outcomes').insert(text('Build 16+ real-world projects')).throwOnError();
    await angela.client
      .from('course_requirements')
      .insert(text('No programming experience needed'))
      .throwOnError();

    // Students before John, whom the reviews show.
    mary = await signUp('Mary');
    const staff = learnflow(people.ruth.client).adminService;
    for (const { id, client } of [mary, people.eve]) {
      const { courseService, profileService } = learnflow(client);
      await profileService.uploadAvatar(picture());
      await staff.grantEnrollment({ student_id: id, course_id: bootcamp.id, reason: 'A copy for review.' });
      await courseService.submitReview(bootcamp.id, {
        rating: 5,
        title: 'Best course ever!',
        comment: 'Excellent course with great projects',
      });
    }
  });

  /** The counters of the sample; nobody can make so many students. */
  const sql = postgres(inject('stack').database_url, { max: 1, onnotice: () => {} });
  const setCounters = async () => {
    await sql`select pg_advisory_lock(${madeUpCounters})`;
    await sql`
      update public.course_stats
      set rating_5 = 35000, rating_4 = 8000, rating_3 = 1500, rating_2 = 500, rating_1 = 280,
        review_count = 45280, student_count = 234567
      where course_id = ${bootcamp.id}`;
    await sql`select private.refresh_catalogue()`;
  };
  const recount = async () => {
    await sql`select private.recount_course(${bootcamp.id})`;
    await sql`select pg_advisory_unlock_all()`;
  };
  afterAll(async () => {
    await recount();
    await sql.end();
  });

  test('E01 register, E02 log in, E03 refresh, E05 me', async () => {
    const account = { email, password, first_name: 'John', last_name: 'Doe' };
    const registered = await golden('E01', john.authService.register(account));
    expect(registered).toMatchObject({ email, first_name: 'John', last_name: 'Doe' });

    const { user } = await golden('E02', john.authService.login({ email, password }));
    expect(user).toEqual({
      id: registered.id,
      email,
      first_name: 'John',
      last_name: 'Doe',
      is_instructor: false,
    });
    await golden('E03', john.authService.refresh());
    await john.profileService.uploadAvatar(picture());
    const me = await golden('E05', john.authService.me());
    expect((await fetch(me.profile.profile_picture!)).status).toBe(200);
  });

  test('E06 the catalogue: 89.99 of 129.99 is 30 percent off, and the next page is where it says', async () => {
    await setCounters();
    const page = await golden(
      'E06',
      john.courseService.getCourses({
        category,
        level: 'beginner',
        min_price: 0,
        max_price: 200,
        search: 'course OR bootcamp',
        page_size: 1,
      }),
    );
    const followed = await fetch(page.next!, { headers: { apikey: inject('stack').publishable_key } });
    expect(await followed.json()).toMatchObject({ current_page: 2, page_size: 1 });

    const [card] = (await john.courseService.getCourses({ search: title, rating_min: 4 })).results;
    expect(card).toMatchObject({
      id: bootcamp.id,
      price: 89.99,
      original_price: 129.99,
      discount_percent: 30,
      rating: 4.7,
      rating_count: 45280,
      student_count: 234567,
      enrolled: false,
      in_cart: false,
      in_wishlist: false,
    });
    expect((await fetch(card!.thumbnail!)).status).toBe(200);
  });

  test('E07 a course: the distribution sums up to 45280, and the mean is what it is', async () => {
    const detail = await golden('E07', john.courseService.getCourseDetail(bootcamp.id));
    const { count, distribution, rating } = detail.reviews;
    expect(distribution).toEqual({ 5: 35000, 4: 8000, 3: 1500, 2: 500, 1: 280 });
    expect(Object.values(distribution).reduce((sum, stars) => sum + stars, 0)).toBe(count);
    // The sample says 4.8, which these stars are not.
    expect([count, rating]).toEqual([45280, 4.7]);
    expect(detail).toMatchObject({ review_count: 45280, enrolled: false, progress: null });
    // Only the preview shows its video.
    const videos = detail.curriculum[0]!.lessons.map(({ video_url }) => video_url !== null);
    expect(videos).toEqual([true, ...Array.from({ length: 39 }, () => false)]);
    await recount();
  });

  test('E08 its reviews, E10 its neighbours', async () => {
    const { getReviews } = john.reviewService;
    const reviews = await golden(
      'E08',
      getReviews(bootcamp.id, { rating: 5, ordering: '-helpful_count', page_size: 1 }),
    );
    expect(reviews).toMatchObject({ count: 2, previous: null });
    expect((await getReviews(bootcamp.id)).page_size).toBe(10);
    await golden('E10', john.courseService.getRelatedCourses(bootcamp.id));
  });

  test('E11 to E14 the cart: 169.98 instead of 249.98, 80.00 saved', async () => {
    const { id } = await golden('E12', john.cartService.addToCart(bootcamp.id));
    ({ id: itemId } = await john.cartService.addToCart(second.id));
    expect(id).not.toBe(itemId);
    const cart = await golden('E11', john.cartService.getCart());
    expect(cart).toMatchObject({
      total_items: 2,
      total_price: 169.98,
      total_original_price: 249.98,
      total_discount: 80,
    });

    await golden('E13', john.cartService.removeFromCart(itemId));
    expect(await john.cartService.getCart()).toMatchObject({ total_items: 1, total_price: 89.99 });
    await golden('E14', john.cartService.clearCart());
    expect(await john.cartService.getCart()).toMatchObject({ items: [], total_items: 0, total_price: 0 });
    await john.cartService.mergeGuestCart([bootcamp.id, second.id]);
  });

  test('E17 the order, once however often it is sent; E18 asks for 16998 cents', async () => {
    const checkout = {
      billing_address: billingAddress({ name: 'John', email } as Person),
      expected_total: 169.98,
    };
    const idempotencyKey = randomUUID();
    const order = await golden('E17', john.orderService.createFromCart(checkout, { idempotencyKey }));
    expect(order).toMatchObject({ status: 'pending', total_amount: 169.98, items_count: 2 });
    orderId = order.id;
    const again = await john.orderService.createFromCart(checkout, { idempotencyKey });
    expect(again.id).toBe(orderId);

    const intent = await golden('E18', john.paymentService.createPaymentIntent(orderId));
    expect(intent).toMatchObject({ amount: 16998, currency: 'usd' });
    clientSecret = intent.client_secret;
  });

  test('E19 pay, E16 the paid order, E15 all orders', async () => {
    await payAsBuyer(clientSecret);
    const [paymentIntentId] = clientSecret.split('_secret_');
    const confirmed = await golden('E19', john.paymentService.confirmPayment(orderId, paymentIntentId!));
    expect(confirmed).toMatchObject({ order_id: orderId, status: 'succeeded' });

    const order = await golden('E16', john.orderService.getOrder(orderId));
    expect(order).toMatchObject({
      status: 'completed',
      subtotal: 169.98,
      discount_amount: 0,
      total_amount: 169.98,
    });
    const orders = await golden('E15', john.orderService.getOrders({ status: 'completed' }));
    expect(orders).toMatchObject({ count: 1, page_size: 10 });
  });

  test('E20 the webhook takes what Stripe has signed, and nothing else', async () => {
    const { api_url } = inject('stack');
    const unsigned = await fetch(`${api_url}/functions/v1/stripe-webhook`, {
      method: 'POST',
      body: JSON.stringify({ type: 'payment_intent.succeeded' }),
    });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toEqual({
      error: { code: 'INVALID_SIGNATURE', message: expect.any(String), status: 400, details: {} },
    });

    const event = JSON.stringify({
      id: `evt_${randomUUID()}`,
      object: 'event',
      type: 'customer.created',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      data: { object: { id: 'cus_1', object: 'customer' } },
    });
    const signed = await fetch(`${api_url}/functions/v1/stripe-webhook`, {
      method: 'POST',
      headers: {
        'stripe-signature': await Stripe.webhooks.generateTestHeaderStringAsync({
          payload: event,
          secret: inject('stack').stripe.webhook_secret,
        }),
      },
      body: event,
    });
    expect(signed.status).toBe(200);
    await golden('E20', signed.json());
  });

  test('E24, E21, E22 studying: 18 of 40 lessons are 45 percent', async () => {
    const { results } = await john.enrollmentService.getEnrollments({ status: 'active' });
    enrollmentId = results.find(({ course }) => course.id === bootcamp.id)!.id;
    for (const lesson of bootcamp.lesson_ids.slice(0, 17)) {
      await john.enrollmentService.markLessonComplete(enrollmentId, lesson);
    }
    const marked = await golden(
      'E24',
      john.enrollmentService.markLessonComplete(enrollmentId, bootcamp.lesson_ids[17]!),
    );
    expect(marked).toMatchObject({ is_completed: true, enrollment_progress: 45 });

    const enrollments = await golden('E21', john.enrollmentService.getEnrollments({ status: 'active' }));
    expect(enrollments).toMatchObject({ count: 2, page_size: 10 });
    const studied = { progress_percent: 45, lessons_completed: 18, total_lessons: 40, is_completed: false };
    expect(enrollments.results.find(({ id }) => id === enrollmentId)).toMatchObject(studied);
    const detail = await golden('E22', john.enrollmentService.getEnrollment(enrollmentId));
    expect(detail).toMatchObject({ ...studied, course: { instructor: { id: angela.id } } });
  });

  test('E23 a free course, its last lesson, and the address of its certificate', async () => {
    const enrolled = await golden('E23', john.courseService.enrollCourse(free.id));
    expect(enrolled).toMatchObject({ course_id: free.id, progress_percent: 0, is_completed: false });
    const { certificate_url } = await john.enrollmentService.markLessonComplete(
      enrolled.id,
      free.lesson_ids[0]!,
    );
    expect(certificate_url).toMatch(/^https:\/\/learnflow\.test\/certificates\/LF-/);
    const { course_title } = await john.certificateService.verifyCertificate(
      certificate_url!.split('/').at(-1)!,
    );
    expect(course_title).toBe(free.title);
  });

  test('E09 a review', async () => {
    const review = {
      rating: 5,
      title: 'Amazing course',
      comment: 'The instructor explains everything clearly',
    };
    const submitted = await golden('E09', john.courseService.submitReview(bootcamp.id, review));
    expect(submitted).toMatchObject({ ...review, helpful_count: 0 });
    const changed = await john.reviewService.updateReview(submitted.id, { rating: 4 });
    expect(changed).toMatchObject({ id: submitted.id, rating: 4, title: 'Amazing course' });
  });

  test('E25 to E27 the dashboard', async () => {
    const stats = await golden('E25', john.dashboardService.getStats());
    expect(stats).toMatchObject({
      courses_enrolled: 3,
      courses_completed: 1,
      average_rating_given: 4,
      certificates_earned: 1,
      current_streak_days: 1,
    });
    const { results } = await golden('E26', john.dashboardService.getContinueLearning());
    const place = results.find(({ enrollment_id }) => enrollment_id === enrollmentId);
    expect(place).toMatchObject({ progress_percent: 45, current_lesson: { id: bootcamp.lesson_ids[18] } });
    await golden('E27', john.dashboardService.getRecommendations());
  });

  test('E28 to E30 the profile and the password', async () => {
    const profile = {
      bio: 'Updated bio',
      phone: '+1234567890',
      country: 'USA',
      timezone: 'America/Los_Angeles',
    };
    const updated = await golden('E29', john.profileService.updateProfile(profile));
    expect(updated.profile).toMatchObject(profile);
    await golden('E28', john.profileService.getProfile());

    const newPassword = 'NewPassword123!';
    await expect(john.profileService.changePassword('Wrong-1-password!', newPassword)).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      status: 401,
    });
    await golden('E30', john.profileService.changePassword(password, newPassword));
    // The session goes on, and the old password is over.
    expect((await john.authService.me()).email).toBe(email);
    await expect(learnflow().authService.login({ email, password })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    await learnflow().authService.login({ email, password: newPassword });
  });

  test('E31 search, E32 categories, E33 health', async () => {
    const found = await golden('E31', john.searchService.search({ q: 'Ada' }));
    expect(found.courses).toMatchObject({ page_size: 20 });
    const only = await john.searchService.search({ q: 'course', type: 'course' });
    expect(Object.keys(only)).toEqual(['courses']);
    await golden('E32', john.courseService.getCategories());
    await golden('E33', john.healthService.check());
  });

  test('E04 logging out ends the session', async () => {
    await golden('E04', john.authService.logout());
    await expect(john.authService.me()).rejects.toMatchObject({ code: 'AUTH_REQUIRED', status: 401 });
  });

  test('pages hold 20 courses or 10 of one’s own things, and never more than 100', async () => {
    const { courseService } = learnflow();
    expect((await courseService.getCourses()).page_size).toBe(20);
    expect((await courseService.getCourses({ page_size: 500 })).page_size).toBe(100);
    const hers = learnflow(mary.client);
    expect((await hers.orderService.getOrders()).page_size).toBe(10);
    expect((await hers.enrollmentService.getEnrollments()).page_size).toBe(10);
  });

  test('none of the 33 was left out', () => {
    const all = Array.from({ length: 33 }, (_, index) => `E${String(index + 1).padStart(2, '0')}`);
    expect(Array.from(goldens.keys()).toSorted()).toEqual(all);
    expect(Array.from(compared).toSorted()).toEqual(all);
  });
});
