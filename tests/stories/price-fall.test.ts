import { beforeAll, describe, expect, test } from 'vitest';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { headersOf, mailsTo } from '../support/mailbox.ts';
import { asOwner, cast, type Person } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';

const noticesOf = async ({ client }: Person) => {
  const { data } = await client
    .from('notifications')
    .select('kind, title, body, link')
    .eq('kind', 'price_fall')
    .order('created_at')
    .throwOnError();
  return data;
};

describe('Bob waits for a course to get cheaper', () => {
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let course: CreatedCourse;
  let link: string;

  beforeAll(async () => {
    ({ ada, bob, eve } = await cast());
    course = await createCourse(ada, { title: 'Sourdough', price_cents: 8999, lessons: 1 });
  });

  const fallsTo = async (price_cents: number) => {
    await ada.client.from('courses').update({ price_cents }).eq('id', course.id).throwOnError();
    // A quarter of an hour, or a week, goes by.
    await asOwner(
      (sql) => sql`update private.price_falls set begins_at = now() where course_id = ${course.id}`,
    );
    await asOwner((sql) => sql`select private.announce_price_falls()`);
    await runWorker('send-emails');
  };

  test('he saves it for later, and his cart is empty again', async () => {
    await bob.client.rpc('add_to_cart', { course_id: course.id }).throwOnError();
    const { data: cart } = await bob.client.rpc('save_for_later', { course_id: course.id }).throwOnError();
    expect(cart.items).toEqual([]);
    const { data: list } = await bob.client.rpc('my_wishlist').throwOnError();
    expect(list.results.map(({ course: { id } }) => id)).toEqual([course.id]);
  });

  test('the price falls: he is told in the app and by mail, and Eve is not', async () => {
    await fallsTo(4999);
    expect(await noticesOf(bob)).toEqual([
      {
        kind: 'price_fall',
        title: 'Sourdough costs less now',
        body: '49.99 USD instead of 89.99 USD.',
        link: expect.stringMatching(/^\/courses\/sourdough/),
      },
    ]);
    await eventually(async () => expect(await mailsTo(bob.email)).toHaveLength(1));
    const [mail] = await mailsTo(bob.email);
    expect(mail!.subject).toBe('Sourdough costs less now');
    expect(mail!.text).toContain('When you saved it: $89.99\nNow: $49.99');
    const headers = await headersOf(mail!);
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    link = /^<(.+)>$/.exec(headers.get('list-unsubscribe')!)![1]!;
    expect(mail!.text).toContain(link);
    expect(link).not.toContain(bob.id);
    expect(await noticesOf(eve)).toEqual([]);
  });

  test('opening the link asks, and ends nothing', async () => {
    const answer = await fetch(link);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('<form method="post">');
    const { data } = await bob.client.from('notification_preferences').select('price_falls').throwOnError();
    expect(data).toEqual([{ price_falls: true }]);
  });

  test.each(['GET', 'POST'])('a broken link ends nothing either (%s)', async (method) => {
    const answer = await fetch(`${link.slice(0, -1)}x`, { method });
    const { error } = (await answer.json()) as { error: { code: string } };
    expect([answer.status, error.code]).toEqual([404, 'UNSUBSCRIBE_LINK_INVALID']);
  });

  test('his mail program ends these mails by one click, without his login, as often as it likes', async () => {
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    for (const body of [new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }), form]) {
      const answer = await fetch(link, { method: 'POST', body, redirect: 'error' });
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringContaining('You are unsubscribed'),
      ]);
    }
    const { data } = await bob.client
      .from('notification_preferences')
      .select('price_falls, weekly_summary, review_replies')
      .throwOnError();
    expect(data).toEqual([{ price_falls: false, weekly_summary: true, review_replies: true }]);
    const log = await asOwner(
      (sql) => sql`
        select actor_role, before, after from public.audit_log
        where table_name = 'notification_preferences' and row_id = ${bob.id}`,
    );
    expect(log).toEqual([
      { actor_role: 'service_role', before: { price_falls: true }, after: { price_falls: false } },
    ]);
  });

  test('the next time he is told in the app only', async () => {
    await fallsTo(2999);
    expect(await noticesOf(bob)).toHaveLength(2);
    expect(await mailsTo(bob.email)).toHaveLength(1);
  });
});
