import { describe, expect, test } from 'vitest';
import { createLog } from '../../functions/_shared/log.ts';
import { redact } from '../../functions/_shared/redact.ts';

describe('the log', () => {
  test('writes one line of JSON', () => {
    const lines: string[] = [];
    createLog(
      (line) => lines.push(line),
      () => new Date(0),
    )('info', 'hello', { text: 'two\nlines' });
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"hello","text":"two\\nlines"}',
    ]);
  });

  test.each([
    'sk_test_51abc',
    'rk_live_51abc',
    'whsec_abc',
    'sb_secret_abc',
    `lf_${'0af1'.repeat(10)}`,
    'Bearer of-whatever.kind',
    'pi_1_secret_abc',
    'eyJhbGciOiJI.eyJzdWIiOiI.sig-na_ture',
  ])('never shows %s', (secret) => {
    expect(redact(`before ${secret} after`)).toBe('before [redacted] after');
  });

  test.each(['client_secret', 'Authorization', 'apikey', 'refresh_token', 'stripe-signature', 'password'])(
    'never shows what is called %s',
    (key) => {
      expect(redact({ deep: [{ [key]: 'x' }] })).toEqual({ deep: [{ [key]: '[redacted]' }] });
    },
  );

  test('hides e-mail addresses', () => {
    expect(redact('mail to bob.b+1@mail.example.com failed')).toBe('mail to [e-mail] failed');
  });

  test('tells an error with its causes', () => {
    const error = new Error('outer', { cause: new Error('whsec_inner') });
    expect(redact(error)).toMatchObject({ message: 'outer', cause: { message: '[redacted]' } });
  });

  test('does not follow a circle for ever', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[deep]');
  });
});
