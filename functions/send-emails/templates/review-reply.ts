import { z } from 'zod';
import { button, paragraph, quote } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const reviewReply = template(
  z.object({ course_title: z.string(), course_slug: z.string(), reply: z.string() }),
  ({ course_title, course_slug, reply }, reader) => ({
    subject: `Your review of ${course_title} was answered`,
    preview: 'The instructor wrote back to you.',
    heading: 'Your review was answered',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`The instructor of ${course_title} answered your review:`),
      quote(reply),
      button('See the course', link(reader, `/courses/${course_slug}`)),
    ],
    reason: 'You receive this mail because you wrote a review.',
  }),
);
