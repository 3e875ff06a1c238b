import { z } from 'zod';
import { button, paragraph } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

/** After a refund that did not go through, or a dispute that was won late. */
export const accessRestored = template(
  z.object({ course_title: z.string(), course_slug: z.string() }),
  ({ course_title, course_slug }, reader) => ({
    subject: `Your access to ${course_title} is back`,
    preview: 'You can go on learning.',
    heading: 'Your access is back',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`Your payment for ${course_title} stands after all: every lesson is open to you again.`),
      paragraph('Your progress is where you left it.'),
      button('Go on learning', link(reader, `/learn/${course_slug}`)),
    ],
    reason: 'You receive this mail because you are enrolled in this course.',
  }),
);
