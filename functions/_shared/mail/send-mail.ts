/** One mail as it leaves us. */
export interface OutgoingMail {
  /** The same for every attempt to send the same mail, so that whoever gets it twice can see that. */
  key: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: Readonly<Record<string, string>>;
}

/** Resolves when somebody else has taken responsibility for the mail. */
export type SendMail = (mail: OutgoingMail) => Promise<void>;

/** Refused for good: sending the same mail again would be refused again. */
export class RefusedMail extends Error {
  override name = 'RefusedMail';
}
