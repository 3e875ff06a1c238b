import { z } from 'zod';
import { Count, Id, Timestamp, page } from './common.ts';

/** Mails that the mail worker has claimed and must settle. */
export const ClaimedMails = z.array(
  z.object({
    id: z.int(),
    template: z.string(),
    attempt: z.int().positive(),
    to: z.string().nullable().describe('null when the account has no address any more'),
    first_name: z.string(),
    timezone: z.string(),
    payload: z.record(z.string(), z.json()),
    created_at: Timestamp,
    unsubscribe_token: z.string().nullable().describe('null for mails that a contract needs'),
  }),
);
export type ClaimedMails = z.infer<typeof ClaimedMails>;

export const SettledMail = z.object({
  id: z.int(),
  settled: z.boolean().describe('false when another worker has taken over'),
  state: z.enum(['pending', 'sent', 'dead']),
});
export type SettledMail = z.infer<typeof SettledMail>;

export const SendEmailsReport = z.object({
  sent: z.int(),
  failed: z.int().describe('tried again later'),
  dead: z.int().describe('given up'),
});
export type SendEmailsReport = z.infer<typeof SendEmailsReport>;

/** A mail as staff see it: whom it is for and what became of it, not what it says. */
export const Mail = z.object({
  id: z.int().positive(),
  template: z.string(),
  state: z.enum(['pending', 'sent', 'dead', 'dropped']),
  user_id: Id,
  to: z.string().nullable().describe('the address of the account now, null when it has none any more'),
  attempts: Count,
  last_error: z.string().nullable(),
  created_at: Timestamp,
});
export type Mail = z.infer<typeof Mail>;

export const DeadMailPage = page(Mail);
export type DeadMailPage = z.infer<typeof DeadMailPage>;

/** What a link in a mail switches off. */
export const Unsubscription = z.object({
  preference: z.enum(['weekly_summary', 'review_replies', 'price_falls']),
  was_on: z.boolean().describe('false when it was off already'),
});
export type Unsubscription = z.infer<typeof Unsubscription>;
