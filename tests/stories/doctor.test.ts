import { expect, inject, test } from 'vitest';
import { examine } from '../../local/doctor/examine.ts';

test('the doctor finds nothing wrong with a stack that has just started', async () => {
  const stack = inject('stack');
  const chapters = await examine(
    {
      name: 'the stack of the tests',
      isLocal: true,
      env: {
        STRIPE_SECRET_KEY: stack.stripe.secret_key,
        STRIPE_PUBLISHABLE_KEY: stack.stripe.publishable_key,
        STRIPE_WEBHOOK_SECRETS: stack.stripe.webhook_secret,
        STRIPE_API_BASE: stack.stripe.url,
        CRON_SECRET: stack.cron_secret,
      },
      apiUrl: stack.api_url,
      secretKey: stack.secret_key,
      databaseUrl: stack.database_url,
      isStripeEmulated: true,
    },
    // The comparison with the migrations is made in tests/schema/doctor.test.ts.
    { deep: false },
  );
  const findings = chapters.flatMap((chapter) => chapter.findings);
  expect(findings.filter(({ level }) => level === 'problem' || level === 'skipped')).toEqual([]);
  expect(findings.length).toBeGreaterThan(15);
});
