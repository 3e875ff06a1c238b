import { inject } from 'vitest';

/** A mail as the mailbox shows it. */
export interface ReceivedMail {
  subject: string;
  html: string;
  text: string;
  from: { address: string }[];
  to: { address: string }[];
  headers: Record<string, string>;
}

/** The mails that somebody has received. */
export async function mailsTo(address: string): Promise<ReceivedMail[]> {
  const response = await fetch(`${inject('stack').mailbox_url}/api/email`);
  const mails = (await response.json()) as ReceivedMail[];
  return mails.filter(({ to }) => to.some((recipient) => recipient.address === address));
}
