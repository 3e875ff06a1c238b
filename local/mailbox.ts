import { MailDev } from 'maildev';
import { loopback } from './ports.ts';

export interface Mailbox {
  stop(): Promise<void>;
}

/** Catches every mail of the stack: SMTP in, a web page and a REST API out. */
export async function startMailbox(
  ports: { smtp: number; mailbox: number },
  folder: string,
): Promise<Mailbox> {
  const maildev = new MailDev({
    smtp: ports.smtp,
    ip: loopback,
    web: ports.mailbox,
    webIp: loopback,
    mailDirectory: folder,
    maxEmails: 500,
    silent: true,
  });
  await maildev.start();
  return { stop: () => maildev.stop() };
}
