import { expect, test, vi } from 'vitest';
import type { CallDatabase } from '../../functions/_shared/database.ts';
import { RefusedMail, type SendMail } from '../../functions/_shared/mail/send-mail.ts';
import { makeSendEmails } from '../../functions/send-emails/handler.ts';
import { templates } from '../../functions/send-emails/templates/index.ts';
import type { ClaimedMails } from '../../types/schemas/outbox.ts';
import { recordLog } from './support.ts';

type Mail = ClaimedMails[number];

const owed = (id: number, changes: Partial<Mail> = {}): Mail => ({
  id,
  template: 'enrollment_confirmation',
  attempt: 1,
  to: `bob${id}@example.com`,
  first_name: 'Bob',
  timezone: 'UTC',
  payload: { course_title: 'Rust', course_slug: 'rust' },
  created_at: '2026-01-01T00:00:00+00:00',
  unsubscribe_token: null,
  ...changes,
});

/** An outbox in memory that behaves as claim_outbox and settle_outbox do. */
function setUp(mails: Mail[], now: () => number = () => 0) {
  const waiting = [...mails];
  const settled: Record<string, unknown>[] = [];
  const settle = vi.fn((args: { id: number; attempt: number; error?: string; permanent?: boolean }) => {
    settled.push(args);
    const state = args.error === undefined ? 'sent' : args.permanent ? 'dead' : 'pending';
    return { id: args.id, settled: true, state };
  });
  const claim = vi.fn((args: { batch_size: number }) => waiting.splice(0, args.batch_size));
  const call = vi.fn(async (name: string, args: never) =>
    name === 'claim_outbox' ? claim(args) : settle(args),
  );
  const send = vi.fn<SendMail>().mockResolvedValue(undefined);
  const { log, entries, lines } = recordLog();
  const work = makeSendEmails({
    call: call as unknown as CallDatabase,
    send,
    templates,
    siteUrl: 'https://learnflow.test',
    unsubscribeUrl: 'https://api.learnflow.test/functions/v1/unsubscribe',
    log,
    now,
  });
  return { work, send, settle, settled, claim, entries, lines };
}

test('what is owed is sent and settled, and the round is told', async () => {
  const { work, send, settled } = setUp([owed(1), owed(2)]);
  expect(await work()).toEqual({ sent: 2, failed: 0, dead: 0 });
  expect(send.mock.calls.map(([mail]) => [mail.to, mail.subject])).toEqual([
    ['bob1@example.com', 'Welcome to Rust'],
    ['bob2@example.com', 'Welcome to Rust'],
  ]);
  expect(settled).toEqual([
    { id: 1, attempt: 1 },
    { id: 2, attempt: 1 },
  ]);
});

const keyOf = async (mail: Mail) => {
  const { work, send } = setUp([mail]);
  await work();
  return send.mock.calls[0]![0].key;
};

test('every attempt at a mail has the same key, and no other mail has it', async () => {
  const first = await keyOf(owed(1));
  expect(first).toBe('outbox.1.1767225600000');
  expect(await keyOf(owed(1, { attempt: 2 }))).toBe(first);
  expect(await keyOf(owed(2))).not.toBe(first);
  expect(await keyOf(owed(1, { created_at: '2026-02-01T00:00:00+00:00' }))).not.toBe(first);
});

test('a full outbox is emptied batch by batch', async () => {
  const { work, claim } = setUp(Array.from({ length: 25 }, (_, index) => owed(index + 1)));
  expect(await work()).toEqual({ sent: 25, failed: 0, dead: 0 });
  expect(claim).toHaveBeenCalledTimes(3);
});

test('no batch is begun that might outlive the worker', async () => {
  let clock = 0;
  const mails = Array.from({ length: 60 }, (_, index) => owed(index + 1));
  const { work, send } = setUp(mails, () => clock);
  send.mockImplementation(async () => void (clock += 2_000));
  expect((await work()).sent).toBe(20);
});

test('a mail server that is away leaves the mail for later and says why', async () => {
  const { work, send, settled } = setUp([owed(1), owed(2)]);
  send.mockRejectedValueOnce(new Error('connect ECONNREFUSED'));
  expect(await work()).toEqual({ sent: 1, failed: 1, dead: 0 });
  expect(settled).toContainEqual({ id: 1, attempt: 1, error: 'connect ECONNREFUSED', permanent: false });
});

test('an address that is refused for good is not tried again', async () => {
  const { work, send, settled } = setUp([owed(1)]);
  send.mockRejectedValueOnce(new RefusedMail('550 No such user'));
  expect(await work()).toEqual({ sent: 0, failed: 0, dead: 1 });
  expect(settled).toEqual([{ id: 1, attempt: 1, error: '550 No such user', permanent: true }]);
});

test.each([
  ['whose account has no address any more', { to: null }, 'The account has no address any more.'],
  ['that nobody has written', { template: 'advertisement' }, 'There is no template advertisement.'],
  [
    'whose payload does not fit',
    { payload: {} },
    'The payload does not fit the template enrollment_confirmation.',
  ],
])('a mail %s is given up', async (_, changes, error) => {
  const { work, send, settled } = setUp([owed(1, changes)]);
  expect(await work()).toEqual({ sent: 0, failed: 0, dead: 1 });
  expect(send).not.toHaveBeenCalled();
  expect(settled).toEqual([{ id: 1, attempt: 1, error, permanent: true }]);
});

test('a sent mail is settled even when the database is away for a moment', async () => {
  const { work, send, settle } = setUp([owed(1)]);
  settle.mockImplementationOnce(() => {
    throw new Error('connection lost');
  });
  expect((await work()).sent).toBe(1);
  expect(send).toHaveBeenCalledOnce();
  expect(settle).toHaveBeenCalledTimes(2);
});

test('a title with a line break makes no header', async () => {
  const { work, send } = setUp([
    owed(1, { payload: { course_title: 'Rust\r\nBcc: eve@example.com', course_slug: 'rust' } }),
  ]);
  await work();
  expect(send.mock.calls[0]![0].subject).toBe('Welcome to Rust Bcc: eve@example.com');
});

test('what can be switched off says so to the mail program', async () => {
  const week = {
    week_begins_on: '2026-11-16',
    learning_days: 4,
    seconds_learned: 5400,
    lessons_completed: 9,
  };
  const { work, send } = setUp([
    owed(1, { template: 'weekly_summary', payload: week, unsubscribe_token: 'a1' }),
    owed(2),
  ]);
  await work();
  expect(send.mock.calls.map(([{ headers }]) => headers)).toEqual([
    {
      'List-Unsubscribe': '<https://api.learnflow.test/functions/v1/unsubscribe?token=a1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
    {},
  ]);
  const [week1, welcome] = send.mock.calls.map(([mail]) => mail);
  for (const form of [week1!.html, week1!.text]) expect(form).toContain('/functions/v1/unsubscribe?token=a1');
  expect(welcome!.html + welcome!.text).not.toMatch(/unsubscribe/i);
});

test('the log says which mail failed, and to nobody whose', async () => {
  const { work, send, entries, lines } = setUp([owed(7)]);
  send.mockRejectedValueOnce(new Error('550 bob7@example.com is unknown'));
  await work();
  expect(entries()[0]).toMatchObject({ outbox_id: 7, template: 'enrollment_confirmation', attempt: 1 });
  expect(lines.join()).not.toContain('bob7@example.com');
});
