import type { MailEnv } from '../env.ts';
import { createResendMailer } from './resend.ts';
import type { SendMail } from './send-mail.ts';
import { createSmtpMailer } from './smtp.ts';

/** The way mails take, as the environment says. */
export const createMailer = (env: MailEnv): SendMail =>
  env.RESEND_API_KEY
    ? createResendMailer({ apiKey: env.RESEND_API_KEY, from: env.MAIL_FROM })
    : createSmtpMailer({
        host: env.SMTP_HOST ?? '',
        port: env.SMTP_PORT,
        user: env.SMTP_USER,
        password: env.SMTP_PASSWORD,
        from: env.MAIL_FROM,
      });
