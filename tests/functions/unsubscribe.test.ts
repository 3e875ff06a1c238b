import { describe, expect, test, vi } from 'vitest';
import { endpoint, Page } from '../../functions/_shared/endpoint.ts';
import { makeUnsubscribe, type UnsubscribeDeps } from '../../functions/unsubscribe/handler.ts';
import { page, words } from '../../functions/unsubscribe/page.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { recordLog } from './support.ts';

/** Bob, who receives weekly summaries until he does not. */
function setUp() {
  let isOn = true;
  const unsubscribe = vi.fn<UnsubscribeDeps['unsubscribe']>(async (token, dryRun) => {
    if (token !== 'good') throw new LearnFlowError('UNSUBSCRIBE_LINK_INVALID');
    const was_on = isOn;
    if (!dryRun) isOn = false;
    return { preference: 'weekly_summary', was_on };
  });
  const answer = makeUnsubscribe({ unsubscribe, siteUrl: 'https://learnflow.test' });
  return { answer, unsubscribe, isOn: () => isOn };
}

describe('a link in a mail', () => {
  test('asks when it is opened, and changes nothing: mail programs open every link', async () => {
    const { answer, isOn } = setUp();
    const notice = await answer('GET', 'good', true);
    expect(notice).toMatchObject({ status: 200, heading: 'Unsubscribe?', button: 'Unsubscribe' });
    expect(notice.words).toContain('the weekly summary of your learning');
    expect(isOn()).toBe(true);
  });

  test('ends these mails by one click, and the second click says the same', async () => {
    const { answer, isOn } = setUp();
    const first = await answer('POST', 'good', true);
    expect(first).toMatchObject({ status: 200, heading: 'You are unsubscribed' });
    expect(first.facts).toEqual({ preference: 'weekly_summary', unsubscribed: true });
    expect(isOn()).toBe(false);
    const second = await answer('POST', 'good', true);
    expect({ ...second, facts: first.facts }).toEqual(first);
    expect(second.facts['unsubscribed']).toBe(false);
  });

  test('says that it is done when it is opened afterwards', async () => {
    const { answer } = setUp();
    await answer('POST', 'good', true);
    const notice = await answer('GET', 'good', true);
    expect(notice.heading).toBe('You are unsubscribed');
    expect(notice).not.toHaveProperty('button');
  });

  test('that is broken tells people where to go, and programs the error', async () => {
    const { answer } = setUp();
    expect(await answer('GET', 'goo', true)).toMatchObject({
      status: 404,
      link: { url: 'https://learnflow.test/settings/notifications' },
    });
    await expect(answer('GET', 'goo', false)).rejects.toMatchObject({ code: 'UNSUBSCRIBE_LINK_INVALID' });
    await expect(answer('POST', 'goo', true)).rejects.toMatchObject({ code: 'UNSUBSCRIBE_LINK_INVALID' });
  });

  test('does not call an outage a broken link', async () => {
    const { answer, unsubscribe } = setUp();
    unsubscribe.mockRejectedValue(new LearnFlowError('SERVICE_UNAVAILABLE'));
    await expect(answer('GET', 'good', true)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('the page', () => {
  const notice = {
    status: 200,
    heading: 'A <b>',
    words: 'x & y',
    button: 'Go',
    link: { label: 'All', url: 'https://learnflow.test/settings/notifications' },
    facts: {},
  };

  test('posts to its own address what mail programs post', () => {
    const html = page(notice);
    expect(html).toContain(
      '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">',
    );
    expect(html).toContain('<h1>A &lt;b&gt;</h1>');
    expect(html).not.toMatch(/<script|<img|<link|url\(/);
    const { button: _, ...asked } = notice;
    expect(page(asked)).not.toContain('<form');
  });

  test('can be said in words, where the platform shows no pages', () => {
    expect(words(notice)).toContain('Your mail program has a button for it');
    expect(words(notice)).not.toContain('<form');
  });
});

describe('an endpoint for people', () => {
  const { log, lines } = recordLog();
  const fetch = endpoint({ name: 'x', method: ['GET', 'POST'], allowedOrigins: [], log }, async () => ({
    status: 404,
    body: new Page('<p>Words</p>', 'html'),
  }));
  const ask = (method: string) => fetch(new Request('http://127.0.0.1/x?token=secret-of-bob', { method }));

  test('answers a page that loads nothing, is framed by nobody and tells its address to nobody', async () => {
    const answer = await ask('GET');
    expect([answer.status, await answer.text()]).toEqual([404, '<p>Words</p>']);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('takes both methods and no other, and logs no address', async () => {
    expect((await ask('POST')).status).toBe(404);
    const refused = await ask('DELETE');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
    expect(lines.join()).not.toContain('secret-of-bob');
  });
});
