import { z } from 'zod';
import { Amount, Currency, Id } from '../../../types/schemas/common.ts';
import { button, note, paragraph, rows } from '../../_shared/mail/blocks.ts';
import { greeting, link, money, template } from '../template.ts';

export const refund = template(
  z.object({
    order_id: Id,
    order_number: z.string(),
    currency: Currency,
    refunded_amount: Amount,
    refunded_total: Amount,
    total_amount: Amount,
  }),
  ({ order_id, order_number, currency, refunded_amount, refunded_total, total_amount }, reader) => ({
    subject: `Your refund for order ${order_number}`,
    preview: `${money(refunded_amount, currency)} is on its way back to you.`,
    heading: `${money(refunded_amount, currency)} refunded`,
    blocks: [
      paragraph(greeting(reader)),
      paragraph(
        `We have refunded ${money(refunded_amount, currency)} of order ${order_number} to the way you paid.`,
      ),
      rows([
        { label: 'This refund', value: money(refunded_amount, currency), strong: true },
        { label: 'Refunded altogether', value: money(refunded_total, currency) },
        { label: 'Order', value: money(total_amount, currency) },
      ]),
      button('See your order', link(reader, `/orders/${order_id}`)),
      note('Banks usually need five to ten days to show it. The credit note waits in your order, as a PDF.'),
    ],
    reason: 'You receive this mail because money was returned to you.',
  }),
);
