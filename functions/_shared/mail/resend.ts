import { RefusedMail, type SendMail } from './send-mail.ts';

export interface ResendOptions {
  apiKey: string;
  from: string;
  /** Another provider that speaks the same. */
  apiUrl?: string | undefined;
  fetch?: typeof fetch;
}

const DEADLINE_MS = 12_000;

/** Sends over Resend's HTTP API, or one of its shape. Its idempotency key makes a repeated attempt harmless for a day. */
export function createResendMailer(options: ResendOptions): SendMail {
  const { apiKey, from, apiUrl = 'https://api.resend.com', fetch: request = fetch } = options;
  return async ({ key, to, subject, html, text, headers }) => {
    const response = await request(new URL('/emails', apiUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({
        from,
        to: [to],
        subject,
        html,
        text,
        headers: { 'Auto-Submitted': 'auto-generated', ...headers },
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer = await response.text();
    if (response.ok) return;
    const message = `The mail provider answered ${response.status}: ${answer.slice(0, 500)}`;
    // Only what is wrong with this mail is final. Keys, limits and outages are not the mail's fault.
    throw response.status === 400 || response.status === 422 ? new RefusedMail(message) : new Error(message);
  };
}
