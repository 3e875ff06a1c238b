import { createTransport } from 'nodemailer';
import { type OutgoingMail, RefusedMail, type SendMail } from './send-mail.ts';

export interface SmtpOptions {
  host: string;
  port: number;
  user?: string | undefined;
  password?: string | undefined;
  from: string;
}

const isLoopback = (host: string) => ['127.0.0.1', 'localhost', '::1'].includes(host);

/** Sends over SMTP. The hosted platform blocks the ports 25 and 587: use 465, or 2525 where the provider offers it. */
export function createSmtpMailer({ host, port, user, password, from }: SmtpOptions): SendMail {
  const transport = createTransport({
    host,
    port,
    secure: port === 465,
    // A password never travels in the open; the local mailbox speaks no TLS.
    requireTLS: port !== 465 && !isLoopback(host),
    ignoreTLS: isLoopback(host),
    connectionTimeout: 8_000,
    greetingTimeout: 8_000,
    socketTimeout: 12_000,
    ...(user && { auth: { user, pass: password ?? '' } }),
  });
  return async (mail) => {
    try {
      await transport.sendMail(toMessage(mail, from));
    } catch (error) {
      throw isRefusal(error) ? new RefusedMail(said(error), { cause: error }) : error;
    }
  };
}

const toMessage = ({ key, to, subject, html, text, headers }: OutgoingMail, from: string) => ({
  from,
  // As an object: a comma in it must not make two recipients.
  to: { name: '', address: to },
  subject,
  html,
  text,
  messageId: `<${key}@${domainOf(from)}>`,
  headers: { 'Auto-Submitted': 'auto-generated', ...headers },
  disableFileAccess: true,
  disableUrlAccess: true,
});

export const domainOf = (address: string): string => /@([^\s>@]+)>?\s*$/.exec(address)?.[1] ?? 'localhost';

/** 5xx to the address or to the message itself. A wrong password is our trouble, not the mail's. */
function isRefusal(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
}

const said = (error: unknown) => (error instanceof Error ? error.message : String(error));
