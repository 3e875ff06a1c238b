import { type Buyer, openCheckout, type World } from '../money/world.ts';

/**
 * Gives the attackers a life of their own through the API: who owns nothing is stopped at the first door, and what is
 * behind it is never reached.
 */
export async function settle(world: World, student: Buyer, instructor: Buyer): Promise<void> {
  await world.sql`insert into public.user_roles (user_id, role) values (${instructor.id}, 'instructor')`;
  await teach(world, instructor);
  for (const buyer of [student, instructor]) await live(world, buyer);
}

/** Buys, studies, finishes, judges; has an order open, a cart and a wish. */
async function live(world: World, person: Buyer): Promise<void> {
  const call = (name: string, args: object) => must(name, world.rpc(person, name, args));
  const [bought, open, wanted, wished] = world.courses.map(({ id }) => id);
  const { order_id, intent, secret } = await openCheckout(world, person, bought!);
  await world.pay(intent, secret);
  await must(
    'confirm-payment',
    world.invoke(person, 'confirm-payment', { order_id, payment_intent_id: intent }),
  );
  await world.emulator('idle');

  await call('enroll_free', { course_id: world.freeCourse });
  const { results } = await call('my_enrollments', {});
  for (const { id: enrollment_id, course } of results) {
    const lessons = await world.sql<{ id: string }[]>`
      select id from public.lessons where course_id = ${course.id} order by id`;
    for (const { id: lesson_id } of lessons) await call('mark_lesson_complete', { enrollment_id, lesson_id });
    await call('issue_certificate', { enrollment_id });
    await call('submit_review', { course_id: course.id, rating: 4, comment: 'It was worth the time.' });
  }
  await openCheckout(world, person, open!);
  await call('add_to_cart', { course_id: wanted });
  await call('add_to_wishlist', { course_id: wished });
  await call('create_api_key', { name: 'A program' });
  await call('submit_contact', {
    name: 'Eve',
    email: person.email,
    subject: 'Hello',
    message: 'Is anybody there?',
  });
}

/** A course on sale and a draft, with lessons, content and a coupon. */
async function teach(world: World, { id, token }: Buyer): Promise<void> {
  const { api_url, publishable_key } = world.stack;
  const insert = async (table: string, row: object): Promise<any> => {
    const response = await fetch(`${api_url}/rest/v1/${table}`, {
      method: 'POST',
      headers: {
        apikey: publishable_key,
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        prefer: 'return=representation',
      },
      body: JSON.stringify(row),
    });
    const body: any = await response.json();
    if (!response.ok) throw new Error(`insert into ${table} answered ${response.status}`, { cause: body });
    return body[0];
  };
  const [category] = await world.sql`select id from public.categories order by id limit 1`;
  for (const title of ['A course on sale', 'A draft']) {
    const { id: course_id } = await insert('courses?select=id', {
      title,
      short_description: `All about ${title}.`,
      description: `Everything worth knowing about ${title}, told slowly and with examples.`,
      category_id: category!['id'],
      level: 'beginner',
      price_cents: 2500,
      thumbnail_path: `${id}/cover.png`,
    });
    const { id: section_id } = await insert('curriculum_sections?select=id', {
      course_id,
      title: 'First section',
      position: 1,
    });
    for (const position of [1, 2]) {
      const { id: lesson_id } = await insert('lessons?select=id', {
        section_id,
        title: `Lesson ${position}`,
        duration_seconds: 600,
        position,
        is_preview: position === 1,
      });
      await insert('lesson_contents?select=lesson_id', { lesson_id, body: 'What the lesson teaches.' });
    }
    if (title === 'A draft') continue;
    await must('publish_course', world.rpc({ id, token, email: '' }, 'publish_course', { course_id }));
    await world.sql`
      insert into public.coupons (code, percent_off, course_id, created_by) values ('FUZZEDTEN', 10, ${course_id}, ${id})`;
  }
}

async function must(what: string, answer: ReturnType<World['rpc']>): Promise<any> {
  const { status, body } = await answer;
  if (status >= 400) throw new Error(`${what} answered ${status}`, { cause: body });
  return body;
}
