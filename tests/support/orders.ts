import { billingAddress } from './billing.ts';
import type { CreatedCourse } from './courses.ts';
import { asOwner, type Person } from './people.ts';
import { eventually } from './eventually.ts';
import { payAsBuyer } from './payments.ts';

/** Puts courses into the cart and orders them. */
export async function order(buyer: Person, courses: readonly CreatedCourse[]): Promise<string> {
  for (const { id } of courses) await buyer.client.rpc('add_to_cart', { course_id: id }).throwOnError();
  const { data } = await buyer.client
    .rpc('create_order_from_cart', { billing_address: billingAddress(buyer) })
    .throwOnError();
  return data.id;
}

/** Gets as far as the payment form; returns the client secret. */
export async function openPayment(buyer: Person, orderId: string): Promise<string> {
  const { data, error } = await buyer.client.functions.invoke('create-payment-intent', {
    body: { order_id: orderId },
  });
  if (error) throw new Error(`the payment could not begin: ${await error.context.text()}`);
  return (data as { client_secret: string }).client_secret;
}

export const intentId = (clientSecret: string): string => clientSecret.split('_secret_')[0]!;

/** Orders, pays and waits until the courses are open; returns the order. */
export async function buy(buyer: Person, courses: readonly CreatedCourse[]): Promise<string> {
  const orderId = await order(buyer, courses);
  await payAsBuyer(await openPayment(buyer, orderId));
  await eventually(async () => {
    const state = await orderState(orderId);
    if (state !== 'completed') throw new Error(`the order is ${state}`);
  });
  return orderId;
}

export function orderState(orderId: string): Promise<string> {
  return asOwner(async (sql) => {
    const [row] = await sql<{ state: string }[]>`select state from public.orders where id = ${orderId}`;
    return row!.state;
  });
}

/** Time goes by for an order's payments, and where it says so the order is over. */
export async function age(orderId: string, { expired = false } = {}): Promise<void> {
  await asOwner((sql) =>
    sql.begin(async (tx) => {
      // What is written in the books is never changed, except by the time that passes in a test.
      await tx`alter table public.payments disable trigger keep_history`;
      await tx`update public.payments set created_at = now() - interval '6 minutes' where order_id = ${orderId}`;
      await tx`alter table public.payments enable trigger keep_history`;
      if (!expired) return;
      await tx`alter table public.orders disable trigger keep_history`;
      await tx`update public.orders set expires_at = now() - interval '1 minute' where id = ${orderId}`;
      await tx`alter table public.orders enable trigger keep_history`;
    }),
  );
}
