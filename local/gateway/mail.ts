import { createTransport } from 'nodemailer';
import { loopback } from '../ports.ts';
import { currentRequest } from './request-context.ts';

export interface AuthMail {
  to: string;
  subject: string;
  text?: string;
  html?: string;
}

/** Auth's mails go to the local mailbox. */
export function createMailer(options: {
  smtpPort: number;
  apiUrl: string;
  siteUrl: string;
}): (mail: AuthMail) => Promise<void> {
  const transport = createTransport({
    host: loopback,
    port: options.smtpPort,
    secure: false,
    ignoreTLS: true,
  });
  return async (mail) => {
    await transport.sendMail({
      from: 'LearnFlow <auth@learnflow.test>',
      to: mail.to,
      subject: mail.subject,
      text: mail.text && fixLinks(mail.text, options),
      html: mail.html && fixLinks(mail.html, options),
    });
  };
}

/** lite's links lead to the frontend instead of the API, and forget where the caller wanted to land. */
function fixLinks(text: string, { apiUrl, siteUrl }: { apiUrl: string; siteUrl: string }): string {
  const wanted = new URL(currentRequest.getStore()?.url ?? apiUrl).searchParams.get('redirect_to');
  const site = siteUrl.replace(/\/$/, '');
  const fixed = text.replaceAll(`${site}/auth/v1/`, `${apiUrl}/auth/v1/`);
  if (!wanted) return fixed;
  return fixed.replaceAll(/(redirect_to=)[^"&\s]*/g, `$1${encodeURIComponent(wanted)}`);
}
