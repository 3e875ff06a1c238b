import { z } from 'zod';
import { Amount, Currency } from '../../../types/schemas/common.ts';
import { button, note, paragraph, rows } from '../../_shared/mail/blocks.ts';
import { greeting, link, money, template } from '../template.ts';

export const priceFall = template(
  z.object({
    course_title: z.string(),
    course_slug: z.string(),
    currency: Currency,
    price: Amount,
    price_when_saved: Amount,
  }),
  ({ course_title, course_slug, currency, price, price_when_saved }, reader) => ({
    subject: `${course_title} costs less now`,
    preview: `${shown(price, currency)} instead of ${shown(price_when_saved, currency)}.`,
    heading: `${course_title} costs less now`,
    blocks: [
      paragraph(greeting(reader)),
      paragraph('You saved this course, and its price has fallen.'),
      rows([
        { label: 'When you saved it', value: shown(price_when_saved, currency) },
        { label: 'Now', value: shown(price, currency), strong: true },
      ]),
      button('See the course', link(reader, `/courses/${course_slug}`)),
      note('Its instructor sets the price and may change it again.'),
    ],
    reason: 'You receive this mail because this course is on your wishlist or in your cart.',
  }),
);

const shown = (price: number, currency: string) => (price === 0 ? 'Free' : money(price, currency));
