import { inject } from 'vitest';

/** A mail as the mailbox shows it. */
export interface ReceivedMail {
  id: string;
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

/** The headers as they came, folded lines made whole; the mailbox's own list leaves out those about lists. */
export async function headersOf({ id }: ReceivedMail): Promise<Headers> {
  const response = await fetch(`${inject('stack').mailbox_url}/api/email/${id}/source`);
  const [head] = (await response.text()).split(/\r?\n\r?\n/);
  const lines = head!.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
