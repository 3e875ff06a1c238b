import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readMailEnv } from '../../functions/_shared/env.ts';
import { createMailer } from '../../functions/_shared/mail/create-mailer.ts';
import { createResendMailer } from '../../functions/_shared/mail/resend.ts';
import { type OutgoingMail, RefusedMail } from '../../functions/_shared/mail/send-mail.ts';
import { createSmtpMailer } from '../../functions/_shared/mail/smtp.ts';

const mail: OutgoingMail = {
  key: 'outbox.7.1767225600000',
  to: 'bob@example.com',
  subject: 'Welcome to Ünïcode 数据库',
  html: '<p>Hello</p>',
  text: 'Hello\n.\nthere',
  headers: { 'List-Unsubscribe': '<https://learnflow.test/settings/notifications>' },
};

const smtpMailer = (port: number) =>
  createSmtpMailer({ host: '127.0.0.1', port, from: 'LearnFlow <noreply@learnflow.test>' });

const answering = (status: number, body = '{}') =>
  vi.fn<typeof fetch>().mockResolvedValue(new Response(body, { status }));
const httpMailer = (request: typeof fetch) =>
  createResendMailer({ apiKey: 're_tests', from: 'LearnFlow <noreply@learnflow.test>', fetch: request });

describe('over SMTP', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** Speaks just enough SMTP; `replies` says what is answered to a command instead of yes. */
  function listen(replies: Record<string, string> = {}): Promise<{ port: number; heard: string[] }> {
    const heard: string[] = [];
    server = createServer((socket) => {
      let inData = false;
      let rest = '';
      const answer = (text: string) => socket.write(`${text}\r\n`);
      const hear = (line: string) => {
        heard.push(line);
        if (inData) {
          if (line !== '.') return;
          inData = false;
          return answer(replies['.'] ?? '250 Taken');
        }
        const command = line.split(/[ :]/)[0]!.toUpperCase();
        inData = command === 'DATA' && !replies['DATA'];
        const yes = inData ? '354 Go on' : command === 'QUIT' ? '221 Bye' : '250 Yes';
        return answer(replies[command] ?? yes);
      };
      answer('220 tests');
      socket.on('data', (chunk) => {
        const lines = (rest + chunk.toString()).split('\r\n');
        rest = lines.pop()!;
        lines.forEach(hear);
      });
    });
    return new Promise((resolve) => {
      server!.listen(0, '127.0.0.1', () => resolve({ port: (server!.address() as AddressInfo).port, heard }));
    });
  }

  test('a mail goes out with both forms and an identity that never changes', async () => {
    const { port, heard } = await listen();
    await smtpMailer(port)(mail);
    const message = heard.join('\n');
    expect(message).toContain('MAIL FROM:<noreply@learnflow.test>');
    expect(message).toContain('RCPT TO:<bob@example.com>');
    expect(message).toContain('Message-ID: <outbox.7.1767225600000@learnflow.test>');
    expect(message).toContain('Auto-Submitted: auto-generated');
    expect(message).toContain('List-Unsubscribe: <https://learnflow.test/settings/notifications>');
    expect(message).toContain('multipart/alternative');
  });

  test('an address with a comma is still one address', async () => {
    const { port, heard } = await listen();
    await smtpMailer(port)({ ...mail, to: 'bob@example.com,eve@example.com' }).catch(() => {});
    expect(heard.join('\n')).not.toContain('RCPT TO:<eve@example.com>');
  });

  test.each([
    ['an address', { RCPT: '550 No such user' }],
    ['a message', { '.': '554 This looks like spam' }],
  ])('%s refused for good is told apart', async (_, replies) => {
    const { port } = await listen(replies);
    await expect(smtpMailer(port)(mail)).rejects.toBeInstanceOf(RefusedMail);
  });

  test.each([
    ['busy mailbox', { RCPT: '450 Mailbox busy' }],
    ['full server', { '.': '452 Too many messages' }],
    ['greeting that says no', { EHLO: '554 Not now', HELO: '554 Not now' }],
  ])('a %s is for later', async (_, replies) => {
    const { port } = await listen(replies);
    const failure = await smtpMailer(port)(mail).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(RefusedMail);
  });

  test('a server that is away is for later', async () => {
    const { port } = await listen();
    server!.close();
    const failure = await smtpMailer(port)(mail).catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(RefusedMail);
    expect(failure).toMatchObject({ code: 'ESOCKET' });
  });
});

describe('over the HTTP API', () => {
  test('a mail goes out under a key that makes a second attempt harmless', async () => {
    const request = answering(200, '{"id":"1"}');
    await httpMailer(request)(mail);
    const [url, init] = request.mock.calls[0]!;
    expect(String(url)).toBe('https://api.resend.com/emails');
    expect(init!.headers).toMatchObject({
      authorization: 'Bearer re_tests',
      'idempotency-key': 'outbox.7.1767225600000',
    });
    expect(JSON.parse(init!.body as string)).toMatchObject({
      from: 'LearnFlow <noreply@learnflow.test>',
      to: ['bob@example.com'],
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      headers: { 'List-Unsubscribe': '<https://learnflow.test/settings/notifications>' },
    });
  });

  test.each([400, 422])('%i is about this mail: it is given up', async (status) => {
    await expect(httpMailer(answering(status, '{"message":"Invalid `to`"}'))(mail)).rejects.toThrow(
      RefusedMail,
    );
  });

  test.each([401, 403, 409, 429, 500, 503])('%i is not the fault of the mail: later', async (status) => {
    const failure = await httpMailer(answering(status))(mail).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(RefusedMail);
  });
});

describe('the environment', () => {
  const env = {
    CRON_SECRET: 'a-secret-of-the-scheduler-in-tests',
    SUPABASE_URL: 'https://project.supabase.co',
  };

  test('says which way mails take', () => {
    expect(createMailer(readMailEnv({ ...env, SMTP_HOST: 'smtp.example.com' }))).toBeTypeOf('function');
    expect(createMailer(readMailEnv({ ...env, RESEND_API_KEY: 're_tests' }))).toBeTypeOf('function');
    expect(() => readMailEnv(env)).toThrow('RESEND_API_KEY or SMTP_HOST');
  });

  test('has a sender, a site and a port that is open on the platform', () => {
    expect(readMailEnv({ ...env, SMTP_HOST: 'smtp.example.com' })).toMatchObject({
      MAIL_FROM: 'LearnFlow <noreply@learnflow.com>',
      SITE_URL: 'https://learnflow.com',
      SMTP_PORT: 465,
    });
  });

  test('knows how the world reaches us', () => {
    const smtp = { ...env, SMTP_HOST: 'smtp.example.com' };
    expect(readMailEnv(smtp).publicUrl.href).toBe('https://project.supabase.co/');
    const own = readMailEnv({ ...smtp, API_URL: 'https://api.learnflow.com' });
    expect(own.publicUrl.href).toBe('https://api.learnflow.com/');
  });

  test.each(['nobody', 'a@b, c@d', 'LearnFlow <>'])('a sender such as %s is refused', (MAIL_FROM) => {
    expect(() => readMailEnv({ ...env, SMTP_HOST: 'smtp.example.com', MAIL_FROM })).toThrow('MAIL_FROM');
  });
});
