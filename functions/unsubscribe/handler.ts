import { LearnFlowError } from '../../types/errors.ts';
import type { Unsubscription } from '../../types/schemas/outbox.ts';

export interface UnsubscribeDeps {
  /** Ends the mails that the token names, or only says which they are. */
  unsubscribe(token: string, dryRun: boolean): Promise<Unsubscription>;
  siteUrl: string;
}

/** A small page, before anybody has decided how it looks. */
export interface Notice {
  status: number;
  heading: string;
  words: string;
  /** What a person can press to go through with it. */
  button?: string;
  link: { label: string; url: string };
  facts: Record<string, unknown>;
}

const kinds: Record<Unsubscription['preference'], string> = {
  weekly_summary: 'the weekly summary of your learning',
  review_replies: 'answers to your reviews',
  price_falls: 'lower prices of courses you saved',
};

/**
 * What a link in a mail leads to. Looking changes nothing: mail programs and virus scanners open every link they see.
 * Only POST ends the mails (RFC 8058), without a login, because the token says whose and which.
 */
export const makeUnsubscribe =
  ({ unsubscribe, siteUrl }: UnsubscribeDeps) =>
  async (method: 'GET' | 'POST', token: string, isBrowser: boolean): Promise<Notice> => {
    const link = { label: 'All your notifications', url: new URL('/settings/notifications', siteUrl).href };
    const stops = method === 'POST';
    let found: Unsubscription;
    try {
      found = await unsubscribe(token, !stops);
    } catch (error) {
      const isUnknown = error instanceof LearnFlowError && error.code === 'UNSUBSCRIBE_LINK_INVALID';
      // Only people are shown words; a program gets the error contract.
      if (stops || !isUnknown || !isBrowser) throw error;
      return {
        status: error.status,
        heading: 'This link does not work',
        words: 'It may have been cut off. Sign in to choose which mails you receive.',
        link,
        facts: { unsubscribed: false },
      };
    }
    const { preference, was_on } = found;
    const facts = { preference, unsubscribed: stops && was_on };
    if (stops || !was_on) {
      return {
        status: 200,
        heading: 'You are unsubscribed',
        words: `You no longer receive mails about ${kinds[preference]}.`,
        link,
        facts,
      };
    }
    return {
      status: 200,
      heading: 'Unsubscribe?',
      words: `You will no longer receive mails about ${kinds[preference]}. Receipts and everything else about your courses still reach you.`,
      button: 'Unsubscribe',
      link,
      facts,
    };
  };
