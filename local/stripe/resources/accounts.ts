import type Stripe from 'stripe';
import { z } from 'zod';
import { badParameter, invalidRequest, noSuch } from '../api-error.ts';
import type { Context } from '../context.ts';
import { newId } from '../ids.ts';
import { emptyList, listPage, pageParams } from '../lists.ts';
import {
  anything,
  clearableText,
  expand,
  isInRange,
  mergeMetadata,
  metadata,
  range,
  text,
} from '../params.ts';
import { route } from '../route.ts';

const changeable = {
  account_token: anything,
  business_profile: anything,
  business_type: z.enum(['company', 'government_entity', 'individual', 'non_profit']).optional(),
  capabilities: z.record(z.string(), z.strictObject({ requested: z.enum(['true', 'false']) })).optional(),
  company: anything,
  default_currency: text.optional(),
  email: clearableText.optional(),
  expand,
  external_account: anything,
  individual: anything,
  metadata,
  settings: anything,
  tos_acceptance: z.record(z.string(), z.string()).optional(),
};
/** What decides who pays fees and losses, and what the owner sees; an Express account is one of these. */
const Controller = z.strictObject({
  fees: z.strictObject({ payer: z.enum(['account', 'application']).optional() }).optional(),
  losses: z.strictObject({ payments: z.enum(['application', 'stripe']).optional() }).optional(),
  requirement_collection: z.enum(['application', 'stripe']).optional(),
  stripe_dashboard: z.strictObject({ type: z.enum(['express', 'full', 'none']).optional() }).optional(),
});
const CreateParams = z.strictObject({
  country: text.optional(),
  controller: Controller.optional(),
  type: z.enum(['custom', 'express', 'standard']).optional(),
  ...changeable,
});
const LinkParams = z.strictObject({
  account: text,
  collect: anything,
  collection_options: anything,
  expand,
  refresh_url: text.optional(),
  return_url: text.optional(),
  type: z.enum(['account_onboarding', 'account_update']),
});

const linkLivesSeconds = 5 * 60;
const openRequirements = ['external_account', 'individual.verification.document', 'tos_acceptance.date'];

type Capabilities = Record<string, 'active' | 'inactive' | 'pending'>;

function create(ctx: Context, params: z.output<typeof CreateParams>): Stripe.Account {
  if (params.type !== undefined && params.controller !== undefined) {
    throw badParameter(
      'You may not provide the `type` parameter and `controller` parameters simultaneously.',
      {
        param: 'type',
      },
    );
  }
  // Before there were capabilities every account could be paid; Stripe's CLI still makes such.
  const isOldStyle = ctx.version === null && params.capabilities === undefined;
  const account = {
    id: newId('account'),
    object: 'account',
    business_profile: null,
    business_type: params.business_type ?? null,
    capabilities: isOldStyle ? { legacy_payments: 'active' } : requested(params.capabilities),
    charges_enabled: false,
    ...(params.controller && { controller: controller(params.controller) }),
    country: params.country ?? 'US',
    created: ctx.now(),
    default_currency: params.default_currency ?? 'usd',
    details_submitted: false,
    email: params.email ?? null,
    external_accounts: emptyList(`/v1/accounts/external_accounts`),
    metadata: mergeMetadata({}, params.metadata),
    payouts_enabled: false,
    requirements: requirements(openRequirements),
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: params.type ?? 'none',
  } satisfies Stripe.Account;
  ctx.store.accounts.put(account);
  return params.tos_acceptance?.['date'] === undefined ? account : setOnboarded(ctx, account, true);
}

function controller(wanted: z.output<typeof Controller>): Stripe.Account.Controller {
  return {
    fees: { payer: wanted.fees?.payer ?? 'account' },
    is_controller: true,
    losses: { payments: wanted.losses?.payments ?? 'stripe' },
    requirement_collection: wanted.requirement_collection ?? 'stripe',
    stripe_dashboard: { type: wanted.stripe_dashboard?.type ?? 'full' },
    type: 'application',
  };
}

function requested(wanted: z.output<typeof CreateParams>['capabilities']): Capabilities {
  const names = Object.keys(wanted ?? { transfers: {} });
  return Object.fromEntries(names.map((name) => [name, 'inactive' as const]));
}

function requirements(due: string[]): Stripe.Account.Requirements {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: due.length > 0 ? 'requirements.past_due' : null,
    errors: [],
    eventually_due: due,
    past_due: due,
    pending_verification: [],
  };
}

/** The account's owner has told Stripe everything, or Stripe wants to know more again. */
export function setOnboarded(ctx: Context, account: Stripe.Account, isOnboarded: boolean): Stripe.Account {
  const state = isOnboarded ? ('active' as const) : ('inactive' as const);
  const updated = ctx.store.accounts.update(account, {
    capabilities: Object.fromEntries(Object.keys(account.capabilities ?? {}).map((name) => [name, state])),
    charges_enabled: isOnboarded,
    details_submitted: isOnboarded || account.details_submitted,
    payouts_enabled: isOnboarded,
    requirements: requirements(isOnboarded ? [] : openRequirements),
  });
  const { capabilities, charges_enabled, payouts_enabled } = account;
  ctx.emit('account.updated', updated, {
    account: account.id,
    previous: { capabilities, charges_enabled, payouts_enabled },
  });
  return updated;
}

/** An account that is named in a parameter. */
export function findAccount(ctx: Context, id: string, param = 'account', status = 404): Stripe.Account {
  const account = ctx.store.accounts.get(id);
  if (!account) throw noSuch('account', id, param, status);
  return account;
}

/** Stripe does not say whether an account is unknown, gone or somebody else's. */
function findOwnAccount(ctx: Context, id: string): Stripe.Account {
  const account = ctx.store.accounts.get(id);
  if (account) return account;
  throw invalidRequest(
    `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    { code: 'account_invalid' },
    403,
  );
}

export const accountRoutes = [
  route('post', '/v1/accounts', CreateParams, create),
  route('get', '/v1/accounts', z.strictObject({ ...pageParams, created: range }), (ctx, params) =>
    listPage('/v1/accounts', 'account', ctx.store.accounts, params, (account) =>
      isInRange(account.created ?? 0, params.created),
    ),
  ),
  route('get', '/v1/accounts/:id', z.strictObject({ expand }), (ctx, _params, id) => findOwnAccount(ctx, id)),
  route('post', '/v1/accounts/:id', z.strictObject(changeable), (ctx, params, id) => {
    const account = findOwnAccount(ctx, id);
    const updated = ctx.store.accounts.update(account, {
      capabilities: { ...(params.capabilities && requested(params.capabilities)), ...account.capabilities },
      metadata: mergeMetadata(account.metadata ?? {}, params.metadata),
      ...(params.email !== undefined && { email: params.email }),
      ...(params.business_type !== undefined && { business_type: params.business_type }),
    });
    ctx.emit('account.updated', updated, { account: id });
    return params.tos_acceptance?.['date'] === undefined ? updated : setOnboarded(ctx, updated, true);
  }),
  route('post', '/v1/account_links', LinkParams, (ctx, params): Stripe.AccountLink => {
    const account = findAccount(ctx, params.account, 'account', 400);
    const query =
      params.return_url === undefined ? '' : `?return_url=${encodeURIComponent(params.return_url)}`;
    return {
      object: 'account_link',
      created: ctx.now(),
      expires_at: ctx.now() + linkLivesSeconds,
      url: `${ctx.baseUrl}/_emu/onboarding/${account.id}${query}`,
    };
  }),
];
