// Catches every mail of the stack: SMTP in, a web page and a REST API (/api/email) out.
import { MailDev } from 'maildev';
import { loopback } from '../ports.ts';
import { runThread } from '../thread.ts';
import type { MailboxData } from './index.ts';

runThread<MailboxData>(async ({ ports, folder }) => {
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
  return { close: () => maildev.stop() };
});
