import type Stripe from 'stripe';
import { z } from 'zod';
import { noSuch } from '../api-error.ts';
import { newId } from '../ids.ts';
import { listPage, pageParams } from '../lists.ts';
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

const CreateParams = z.strictObject({
  address: anything,
  description: clearableText.optional(),
  email: clearableText.optional(),
  expand,
  metadata,
  name: clearableText.optional(),
  phone: clearableText.optional(),
  preferred_locales: z.array(text).optional(),
});
const ListParams = z.strictObject({ ...pageParams, created: range, email: text.optional() });

export const customerRoutes = [
  route('post', '/v1/customers', CreateParams, (ctx, params) => {
    const customer = ctx.store.customers.put({
      id: newId('customer'),
      object: 'customer',
      address: (params.address ?? null) as Stripe.Address | null,
      balance: 0,
      created: ctx.now(),
      currency: null,
      customer_account: null,
      default_source: null,
      delinquent: false,
      description: params.description ?? null,
      discount: null,
      email: params.email ?? null,
      invoice_settings: {
        custom_fields: null,
        default_payment_method: null,
        footer: null,
        rendering_options: null,
      },
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      phone: params.phone ?? null,
      preferred_locales: params.preferred_locales ?? [],
      shipping: null,
      tax_exempt: 'none',
      test_clock: null,
    } satisfies Stripe.Customer);
    ctx.emit('customer.created', customer);
    return customer;
  }),
  route('get', '/v1/customers', ListParams, (ctx, params) =>
    listPage(
      '/v1/customers',
      'customer',
      ctx.store.customers,
      params,
      (customer) =>
        isInRange(customer.created, params.created) &&
        (params.email === undefined || customer.email === params.email),
    ),
  ),
  route('get', '/v1/customers/:id', z.strictObject({ expand }), (ctx, _params, id) => {
    const customer = ctx.store.customers.get(id);
    if (!customer) throw noSuch('customer', id);
    return customer;
  }),
];
