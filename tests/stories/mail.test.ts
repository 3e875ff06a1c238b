import { beforeAll, describe, expect, inject, test } from 'vitest';
import { billingAddress } from '../support/billing.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { headersOf, mailsTo } from '../support/mailbox.ts';
import { payAsBuyer } from '../support/payments.ts';
import { anonymous, asOwner, cast, type Person, signUp } from '../support/people.ts';
import { runWorker } from '../support/workers.ts';

/** The timer of the stack calls the worker too: everything here happens beside it. */
const sendMails = () => Promise.all(Array.from({ length: 6 }, () => runWorker('send-emails')));

const subjectsTo = async ({ email }: Person) =>
  (await mailsTo(email)).map(({ subject }) => subject).toSorted();

describe('Bob is told by mail', () => {
  let bob: Person;
  let eve: Person;
  let ada: Person;
  let ruth: Person;
  let course: CreatedCourse;
  let orderId: string;
  const title = 'Generics in C++ & Java: List<T> "explained"';

  beforeAll(async () => {
    ({ ada, bob, eve, ruth } = await cast());
    course = await createCourse(ada, { title, price_cents: 8999, lessons: 1 });
    await bob.client.rpc('add_to_cart', { course_id: course.id }).throwOnError();
    const { data: order } = await bob.client
      .rpc('create_order_from_cart', { billing_address: billingAddress(bob), expected_total: 89.99 })
      .throwOnError();
    orderId = order.id;
    const { data } = await bob.client.functions.invoke('create-payment-intent', {
      body: { order_id: orderId },
    });
    await payAsBuyer(data.client_secret);
    await eventually(async () => {
      const { data: paid } = await bob.client.rpc('get_order', { order_id: orderId }).throwOnError();
      expect(paid.status).toBe('completed');
    });
  });

  test('that he is welcome, and what he paid, once each, though six workers run at the same time', async () => {
    await sendMails();
    await eventually(async () =>
      expect(await subjectsTo(bob)).toEqual([
        `Welcome to ${title}`,
        expect.stringMatching(/^Your receipt for order /),
      ]),
    );
    await sendMails();
    expect(await subjectsTo(bob)).toHaveLength(2);
  });

  test('in HTML and in text, with what people typed shown as typed', async () => {
    const mails = await mailsTo(bob.email);
    const welcome = mails.find(({ subject }) => subject.startsWith('Welcome'))!;
    expect(welcome.html).toContain('Generics in C++ &amp; Java: List&lt;T&gt; &quot;explained&quot;');
    expect(welcome.html).not.toContain('List<T>');
    expect(welcome.text).toContain(`Welcome to ${title}`);
    expect(welcome.text).toMatch(/https?:\/\/\S+\/learn\//);
    expect((await headersOf(welcome)).get('list-unsubscribe')).toBeNull();
    expect((await headersOf(welcome)).get('auto-submitted')).toBe('auto-generated');

    const receipt = mails.find(({ subject }) => subject.startsWith('Your receipt'))!;
    expect(receipt.text).toContain(`${title}: $89.99`);
    expect(receipt.text).toContain('Total: $89.99');
    expect(receipt.text).toContain(`/orders/${orderId}`);
  });

  test('with an identity that a second delivery would share', async () => {
    const ids = (await mailsTo(bob.email)).map(({ headers }) => headers['message-id']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^<outbox\.\d+\.\d+@/);
  });

  test('that he completed the course', async () => {
    const { data } = await bob.client.rpc('my_enrollments').throwOnError();
    await bob.client
      .rpc('mark_lesson_complete', { enrollment_id: data.results[0]!.id, lesson_id: course.lesson_ids[0]! })
      .throwOnError();
    await sendMails();
    await eventually(async () => expect(await subjectsTo(bob)).toContain(`Your certificate for ${title}`));
    const { data: certificates } = await bob.client.rpc('my_certificates').throwOnError();
    const mail = (await mailsTo(bob.email)).find(({ subject }) => subject.startsWith('Your certificate'))!;
    expect(mail.text).toContain(`/verify/${certificates.results[0]!.code}`);
  });

  test('that his access has ended, and why, in the words of whoever ended it', async () => {
    const { data } = await bob.client.rpc('my_enrollments').throwOnError();
    await ruth.client
      .rpc('revoke_enrollment', { enrollment_id: data.results[0]!.id, reason: 'Shared with <everybody>.' })
      .throwOnError();
    await sendMails();
    await eventually(async () =>
      expect(await subjectsTo(bob)).toContain(`Your access to ${title} has ended`),
    );
    const mail = (await mailsTo(bob.email)).find(({ subject }) => subject.endsWith('has ended'))!;
    expect(mail.text).toContain('> Shared with <everybody>.');
    expect(mail.html).toContain('Shared with &lt;everybody&gt;.');
  });

  test('and Eve is told nothing', async () => {
    expect(await subjectsTo(eve)).toEqual([]);
  });

  test('a mail that cannot be written is given up, and says why to who keeps the outbox', async () => {
    await asOwner(
      (sql) => sql`
        insert into private.outbox (template, user_id, payload, dedupe_key)
        values ('receipt', ${eve.id}, '{"order_number": 1}', ${`broken:${eve.id}`})`,
    );
    await sendMails();
    await eventually(async () => {
      const [mail] = await asOwner(
        (sql) => sql`select state::text, last_error from private.outbox where user_id = ${eve.id}`,
      );
      expect(mail).toEqual({ state: 'dead', last_error: 'The payload does not fit the template receipt.' });
    });
    expect(await subjectsTo(eve)).toEqual([]);
  });

  test('only machines of ours make the worker work', async () => {
    const { data } = await ruth.client.auth.getSession();
    expect(await runWorker('send-emails', {}, data.session!.access_token)).toMatchObject({ status: 403 });
    expect(await runWorker('send-emails', {}, 'a guess')).toMatchObject({ status: 401 });
    expect(await runWorker('send-emails', {}, inject('stack').publishable_key)).toMatchObject({
      status: 401,
    });
    expect(await runWorker('send-emails')).toMatchObject({ status: 200, body: { failed: 0 } });
  });
});

test('the mails of Auth look like all others, and their links lead on', async () => {
  const bob = await signUp('Bob');
  const { error } = await anonymous().auth.resetPasswordForEmail(bob.email);
  expect(error).toBeNull();
  await eventually(async () => expect(await mailsTo(bob.email)).toHaveLength(1));

  const [mail] = await mailsTo(bob.email);
  expect(mail!.subject).toBe('Choose a new password');
  expect(mail!.html).toContain('prefers-color-scheme:dark');
  expect(mail!.html).not.toContain('{{');
  const [, link] = /href="([^"]*\/auth\/v1\/verify[^"]*)"/.exec(mail!.html)!;
  const opened = await fetch(link!.replaceAll('&amp;', '&'), { redirect: 'manual' });
  expect(opened.headers.get('location')).toContain('#access_token=');
});
