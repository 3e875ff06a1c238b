import type { z } from 'zod';
import type { ClaimedMails, SendEmailsReport } from '../../types/schemas/outbox.ts';
import type { CallDatabase } from '../_shared/database.ts';
import type { Log } from '../_shared/log.ts';
import { oneLine } from '../_shared/mail/escape.ts';
import { layout } from '../_shared/mail/layout.ts';
import { type OutgoingMail, RefusedMail, type SendMail } from '../_shared/mail/send-mail.ts';
import type { Template } from './template.ts';

type ClaimedMail = z.output<typeof ClaimedMails>[number];

export interface SendEmailsDeps {
  call: CallDatabase;
  send: SendMail;
  templates: Readonly<Record<string, Template>>;
  siteUrl: string;
  /** The address of the edge function unsubscribe. */
  unsubscribeUrl: string;
  log: Log;
  now: () => number;
}

// A batch is sent well within its lease, however slow the mail server is; then another worker may have it.
const BATCH = 10;
const LEASE_SECONDS = 120;
const AT_ONCE = 5;
/** No new batch is begun after this. */
const ROUND_MS = 30_000;
/** The platform counts computing time; a full outbox is emptied in several rounds. */
const MOST_BATCHES = 10;

/** Sends the mails that the outbox owes. Any number of these may run at the same time. */
export const makeSendEmails = (deps: SendEmailsDeps) => {
  const { call, send, templates, siteUrl, unsubscribeUrl, log, now } = deps;
  return async (): Promise<SendEmailsReport> => {
    const report: SendEmailsReport = { sent: 0, failed: 0, dead: 0 };
    const end = now() + ROUND_MS;
    for (let batch = 0; batch < MOST_BATCHES && now() < end; batch += 1) {
      const claimed = await call('claim_outbox', { batch_size: BATCH, lease_seconds: LEASE_SECONDS });
      for (let start = 0; start < claimed.length; start += AT_ONCE) {
        const outcomes = await Promise.all(claimed.slice(start, start + AT_ONCE).map(deliver));
        for (const outcome of outcomes) report[outcome] += 1;
      }
      if (claimed.length < BATCH) break;
    }
    return report;
  };

  async function deliver(mail: ClaimedMail): Promise<keyof SendEmailsReport> {
    const seen = { outbox_id: mail.id, template: mail.template, attempt: mail.attempt };
    try {
      await send(render(mail));
    } catch (error) {
      const permanent = error instanceof RefusedMail;
      const { state } = await call('settle_outbox', {
        id: mail.id,
        attempt: mail.attempt,
        error: error instanceof Error ? error.message : String(error),
        permanent,
      });
      log(state === 'dead' ? 'error' : 'warn', 'mail not sent', { ...seen, state, cause: error });
      return state === 'dead' ? 'dead' : 'failed';
    }
    await remember(mail);
    return 'sent';
  }

  /** What was sent must not be sent again because the database was away for a moment. */
  async function remember({ id, attempt }: ClaimedMail, tries = 3): Promise<void> {
    try {
      await call('settle_outbox', { id, attempt });
    } catch (error) {
      if (tries === 1) throw error;
      await remember({ id, attempt } as ClaimedMail, tries - 1);
    }
  }

  function render(mail: ClaimedMail): OutgoingMail {
    if (mail.to === null) throw new RefusedMail('The account has no address any more.');
    const letter = write(mail);
    const subject = oneLine(letter.subject);
    const unsubscribe = unsubscribeLink(mail);
    return {
      // The time too: a database that is made again counts from one again.
      key: `outbox.${mail.id}.${Date.parse(mail.created_at)}`,
      to: mail.to,
      subject,
      ...layout({ ...letter, subject, ...(unsubscribe && { unsubscribeUrl: unsubscribe }) }, siteUrl),
      // RFC 8058: mail programs show a button, and POST to this address when it is pressed.
      headers: unsubscribe
        ? { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
        : {},
    };
  }

  /** Only what no contract needs has a token. */
  function unsubscribeLink({ unsubscribe_token: token }: ClaimedMail): string | undefined {
    if (token === null) return undefined;
    const url = new URL(unsubscribeUrl);
    url.searchParams.set('token', token);
    return url.href;
  }

  function write({ template, payload, first_name, timezone }: ClaimedMail) {
    const known = templates[template];
    if (!known) throw new RefusedMail(`There is no template ${template}.`);
    try {
      return known.write(payload, { first_name, timezone, siteUrl });
    } catch (cause) {
      throw new RefusedMail(`The payload does not fit the template ${template}.`, { cause });
    }
  }
};
