import { z } from 'zod';
import { Amount, Count, Currency, Id, Timestamp } from '../../../types/schemas/common.ts';
import { button, note, paragraph, type Row, rows } from '../../_shared/mail/blocks.ts';
import { day, greeting, link, money, template } from '../template.ts';

const Receipt = z.object({
  order_id: Id,
  order_number: z.string(),
  currency: Currency,
  completed_at: Timestamp,
  subtotal: Amount,
  discount_amount: Amount,
  tax_amount: Amount,
  total_amount: Amount,
  /** The first lines of a long order; how many more there are. */
  items: z.array(z.object({ title: z.string(), instructor_name: z.string(), total_amount: Amount })),
  more_items: Count.default(0),
});

export const receipt = template(Receipt, (order, reader) => ({
  subject: `Your receipt for order ${order.order_number}`,
  preview: `${money(order.total_amount, order.currency)}, ${day(order.completed_at, reader)}.`,
  heading: 'Thank you for your order',
  blocks: [
    paragraph(greeting(reader)),
    paragraph(`This is your receipt for order ${order.order_number} of ${day(order.completed_at, reader)}.`),
    rows([...items(order), ...sums(order)]),
    button('See your order', link(reader, `/orders/${order.order_id}`)),
    note(
      order.total_amount > 0
        ? 'Keep this mail as proof of your purchase. Your invoice waits in your order, as a PDF.'
        : 'Keep this mail as proof of your purchase.',
    ),
  ],
  reason: 'You receive this mail because you bought something on LearnFlow.',
}));

function items({ items, more_items, total_amount, currency }: z.output<typeof Receipt>): Row[] {
  const lines: Row[] = items.map(({ title, instructor_name, total_amount }) => ({
    label: title,
    detail: instructor_name,
    value: money(total_amount, currency),
  }));
  if (more_items > 0) {
    const shown = items.reduce((sum, line) => sum + line.total_amount, 0);
    lines.push({
      label: `and ${more_items} more`,
      detail: 'Your order shows all of them.',
      value: money(total_amount - shown, currency),
    });
  }
  return lines;
}

/** The lines above say what was paid for each course; what led there is said where there was something. */
function sums(order: z.output<typeof Receipt>): Row[] {
  const { subtotal, discount_amount, tax_amount, total_amount, currency } = order;
  const lines: Row[] = [];
  if (discount_amount > 0) {
    lines.push({ label: 'Price before discount', value: money(subtotal, currency) });
    lines.push({ label: 'Discount', value: money(-discount_amount, currency) });
  }
  if (tax_amount > 0) lines.push({ label: 'Tax included', value: money(tax_amount, currency) });
  return [...lines, { label: 'Total', value: money(total_amount, currency), strong: true }];
}
