import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layout } from '../../functions/_shared/mail/layout.ts';
import type { Reader } from '../../functions/send-emails/template.ts';
import { templates } from '../../functions/send-emails/templates/index.ts';

const root = new URL('../../', import.meta.url).pathname;
const id = '0b0b0b0b-0000-4000-8000-000000000001';
const title = 'C++ & <Templates>: "Generic" programming';
const reader: Reader = { first_name: 'Bob', timezone: 'Asia/Tokyo', siteUrl: 'https://learnflow.test' };

const order = { order_id: id, order_number: 'ORD-2026-00042', currency: 'usd', total_amount: 169.98 };
const payloads: Record<string, object> = {
  enrollment_confirmation: { enrollment_id: id, course_id: id, course_title: title, course_slug: 'cpp' },
  receipt: {
    ...order,
    completed_at: '2026-11-20T23:30:00+00:00',
    subtotal: 189.98,
    discount_amount: 20,
    tax_amount: 0,
    payment_method: 'stripe',
    items: [
      { title, instructor_name: 'Ada Lovelace', total_amount: 89.99 },
      { title: 'Postgres', instructor_name: 'Grace Hopper', total_amount: 79.99 },
    ],
  },
  refund: { ...order, refunded_amount: 79.99, refunded_total: 79.99 },
  access_revoked: { course_title: title, course_slug: 'cpp', reason: 'The bank took the payment back.' },
  access_restored: { enrollment_id: id, course_id: id, course_title: title, course_slug: 'cpp' },
  certificate_revoked: {
    certificate_id: id,
    code: 'LF-0123456789ABCDEF01234567',
    course_title: title,
    reason: 'Somebody else sat there.',
  },
  certificate: { certificate_id: id, code: 'LF-0123456789ABCDEF01234567', course_title: title },
  instructor_approved: {},
  weekly_summary: {
    week_begins_on: '2026-11-16',
    learning_days: 1,
    seconds_learned: 5430,
    lessons_completed: 9,
  },
  review_reply: { course_title: title, course_slug: 'cpp', reply: 'Thank you!\nSee <Templates>.' },
  price_fall: {
    course_title: title,
    course_slug: 'cpp',
    currency: 'usd',
    price: 49.99,
    price_when_saved: 89.99,
  },
  course_decision: {
    course_title: title,
    course_slug: 'cpp',
    decision: 'taken_down',
    reason: 'Copied from <Templates>.',
  },
};

function write(name: string, changes: object = {}, to: Partial<Reader> = {}) {
  const letter = templates[name]!.write({ ...payloads[name], ...changes }, { ...reader, ...to });
  return { ...letter, ...layout(letter, reader.siteUrl) };
}

describe('the templates and the outbox', () => {
  const outbox = readFileSync(`${root}sql/notifications/outbox.sql`, 'utf8');
  const [, names] = /create type private\.mail_template as enum \(([^)]*)\)/.exec(outbox)!;
  const declared = Array.from(names!.matchAll(/'(\w+)'/g), ([, name]) => name!);
  const owed = globSync('sql/**/*.sql', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(
        /(?:perform private\.enqueue_mails?\(\s*|into private\.outbox[^;]*?select\s+)'(\w+)'/g,
      ),
    ].map(([, name]) => name!),
  );

  test('every mail that the outbox can hold has a template, and every template a mail', () => {
    expect(Object.keys(templates).toSorted()).toEqual(declared.toSorted());
  });

  test('every mail is owed by something, and nothing else is', () => {
    expect([...new Set(owed)].toSorted()).toEqual(declared.toSorted());
  });

  test('every template is tried here', () => {
    expect(Object.keys(payloads).toSorted()).toEqual(declared.toSorted());
  });
});

describe.each(Object.keys(templates))('%s', (name) => {
  const mail = write(name);

  test('greets, and says why it came', () => {
    for (const form of [mail.html, mail.text]) {
      expect(form).toContain('Hello Bob,');
      expect(form).toContain(mail.reason);
    }
    expect(write(name, {}, { first_name: ' ' }).text).toContain('Hello,');
  });

  test('shows what people typed and never runs it', () => {
    expect(mail.html).not.toContain('<Templates>');
    if (mail.text.includes('C++')) {
      expect(mail.text).toContain(title);
      expect(mail.html).toContain('C++ &amp; &lt;Templates&gt;: &quot;Generic&quot; programming');
    }
  });

  test('leads nowhere but to the app', () => {
    const links = [...mail.html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) expect(link).toMatch(/^https:\/\/learnflow\.test(\/|$)/);
  });

  test('loads nothing from anywhere', () => {
    expect(mail.html).not.toMatch(/<img|<script|<link|@import|url\(/i);
  });

  test('has no holes', () => {
    expect(mail.subject).toMatch(/\S/);
    expect(mail.html + mail.text + mail.subject).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
  });

  test('is whole HTML, for light and for dark', () => {
    for (const tag of ['table', 'tr', 'td', 'p', 'a', 'h1', 'body', 'html']) {
      const opened = mail.html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length ?? 0;
      expect([tag, mail.html.match(new RegExp(`</${tag}>`, 'g'))?.length ?? 0]).toEqual([tag, opened]);
    }
    expect(mail.html).toContain('prefers-color-scheme:dark');
    expect(mail.html).toContain('name="viewport"');
  });

  test('is refused when its payload does not fit', () => {
    if (Object.keys(payloads[name]!).length === 0) return;
    expect(() => templates[name]!.write({}, reader)).toThrow();
  });
});

test('the subject of an enrolment is exactly "Welcome to {title}"', () => {
  expect(write('enrollment_confirmation').subject).toBe(`Welcome to ${title}`);
});

test('a receipt adds up, and its day is the day where Bob lives', () => {
  const { text } = write('receipt');
  expect(text).toContain('of November 21, 2026');
  expect(text).toContain('Price before discount: $189.98\nDiscount: -$20.00\nTotal: $169.98');
});

test('a receipt without a discount says nothing about one, and tax only where there is some', () => {
  expect(write('receipt', { discount_amount: 0 }).text).not.toContain('iscount');
  expect(write('receipt', { tax_amount: 12.5 }).text).toContain('Tax included: $12.50');
});

test('a receipt of a long order says how many lines it leaves out, and what they cost', () => {
  const { text } = write('receipt', { more_items: 30, total_amount: 469.98 });
  expect(text).toContain('and 30 more');
  expect(text).toContain('$300.00');
  expect(write('receipt').text).not.toContain(' more');
});

test('yen have no cents', () => {
  expect(write('refund', { currency: 'jpy', refunded_amount: 9000 }).subject).toContain('ORD-2026-00042');
  expect(write('refund', { currency: 'jpy', refunded_amount: 9000 }).heading).toBe('¥9,000 refunded');
});

test('a time zone that the platform does not know is no reason to be silent', () => {
  expect(write('receipt', {}, { timezone: 'Mars/Olympus' }).text).toContain('of November 20, 2026');
});

test('an end of access without a reason does not quote one', () => {
  expect(write('access_revoked', { reason: '' }).text).not.toMatch(/^>/m);
  expect(write('access_revoked').text).toContain('> The bank took the payment back.');
});

test('a decision about a course says what it means, and why where there is a reason', () => {
  expect(write('course_decision').subject).toBe(`${title} was taken off sale`);
  expect(write('course_decision').text).toContain('> Copied from <Templates>.');
  const good = write('course_decision', { decision: 'published', reason: '' });
  expect(good.text).not.toMatch(/^>/m);
  expect(good.html).toContain('href="https://learnflow.test/courses/cpp"');
  expect(() => write('course_decision', { decision: 'forgotten' })).toThrow();
});

test('what costs nothing any more is free', () => {
  expect(write('price_fall').text).toContain('When you saved it: $89.99\nNow: $49.99');
  expect(write('price_fall', { price: 0 }).text).toContain('Now: Free');
});

test('an answer of an instructor stands apart, as typed', () => {
  expect(write('review_reply').text).toContain('> Thank you!\n> See <Templates>.');
});

test('what is written from right to left is quoted so, in the middle of our own words', () => {
  const arabic = '«شكرا لك» 100%';
  const quoted = (reply: string) =>
    /<p dir="(\w+)" class="([^"]*quote[^"]*)"/.exec(write('review_reply', { reply }).html)?.slice(1);
  expect(quoted(arabic)).toEqual(['rtl', 'ink words quote fromRight']);
  expect(quoted(`Thanks: ${arabic}`)).toEqual(['ltr', 'ink words quote']);
  expect(quoted('100%')).toEqual(['ltr', 'ink words quote']);
  expect(write('price_fall', { course_title: arabic }).html).toMatch(/<h1 class="[^"]*" style="[^"]*">«شكرا/);
});

test('where mails can be switched off stands below, in both forms', () => {
  const unsubscribeUrl = 'https://learnflow.test/unsubscribe?token=1&b=<2>';
  const { html, text } = layout({ ...write('weekly_summary'), unsubscribeUrl }, reader.siteUrl);
  expect(html).toContain('href="https://learnflow.test/unsubscribe?token=1&amp;b=&lt;2&gt;"');
  expect(text).toContain(`Unsubscribe: ${unsubscribeUrl}`);
  expect(write('receipt').html).not.toContain('nsubscribe');
});

test('a week is told in words', () => {
  const { text, preview } = write('weekly_summary');
  expect(text).toContain('Time: 1 hour 31 min');
  expect(preview).toBe('1 hour 31 min of learning on 1 day.');
});
