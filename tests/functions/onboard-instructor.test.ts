import { expect, test, vi } from 'vitest';
import {
  type OnboardInstructorDeps,
  makeOnboardInstructor,
} from '../../functions/onboard-instructor/handler.ts';
import { LearnFlowError } from '../../types/errors.ts';
import { bob as ada } from './support.ts';

const account = {
  id: 'acct_1',
  object: 'account' as const,
  country: null,
  details_submitted: false,
  payouts_enabled: false,
  capabilities: { transfers: 'inactive' },
  requirements: { disabled_reason: null, currently_due: [] },
};

function setUp(known: string | null = null) {
  const person = { user_id: ada.id, email: ada.email ?? '', stripe_account_id: known, gone_account_id: null };
  const store = {
    begin: vi.fn<OnboardInstructorDeps['store']['begin']>().mockResolvedValue(person),
    remember: vi
      .fn<OnboardInstructorDeps['store']['remember']>()
      .mockResolvedValue({ ...person, stripe_account_id: 'acct_1' }),
  };
  const accounts = {
    create: vi
      .fn<OnboardInstructorDeps['accounts']['create']>()
      .mockResolvedValue({ account, askedAt: '2026-07-31T12:00:00.000Z' }),
    link: vi
      .fn<OnboardInstructorDeps['accounts']['link']>()
      .mockResolvedValue({ url: 'https://connect.stripe.com/x', expiresAt: 1_785_499_200 }),
  };
  return {
    store,
    accounts,
    run: makeOnboardInstructor({ store, accounts, siteUrl: 'https://learnflow.com' }),
  };
}

test('an instructor gets an account and the way to its questions, back to our own pages', async () => {
  const { run, store, accounts } = setUp();
  expect(await run({}, ada)).toEqual({
    url: 'https://connect.stripe.com/x',
    expires_at: '2026-07-31T12:00:00.000Z',
  });
  expect(store.remember).toHaveBeenCalledExactlyOnceWith(ada.id, expect.objectContaining({ account }));
  expect(accounts.link).toHaveBeenCalledExactlyOnceWith('acct_1', {
    refresh: 'https://learnflow.com/instructor/payouts?onboarding=again',
    return: 'https://learnflow.com/instructor/payouts?onboarding=done',
  });
});

test('who has an account gets no second one', async () => {
  const { run, accounts } = setUp('acct_0');
  await run({}, ada);
  expect(accounts.create).not.toHaveBeenCalled();
  expect(accounts.link.mock.calls[0]?.[0]).toBe('acct_0');
});

test('two clicks at once end at the account that was kept', async () => {
  const { run, store, accounts } = setUp();
  store.remember.mockResolvedValue({
    user_id: ada.id,
    email: '',
    stripe_account_id: 'acct_other',
    gone_account_id: null,
  });
  await run({}, ada);
  expect(accounts.link.mock.calls[0]?.[0]).toBe('acct_other');
});

test('who is not paid gets nothing at Stripe', async () => {
  const { run, store, accounts } = setUp();
  store.begin.mockRejectedValue(new LearnFlowError('NOT_INSTRUCTOR'));
  await expect(run({}, ada)).rejects.toMatchObject({ code: 'NOT_INSTRUCTOR' });
  expect(accounts.create).not.toHaveBeenCalled();
});
