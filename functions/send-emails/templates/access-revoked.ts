import { z } from 'zod';
import { type Block, button, note, paragraph, quote } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const accessRevoked = template(
  z.object({ course_title: z.string(), course_slug: z.string(), reason: z.string() }),
  ({ course_title, course_slug, reason }, reader) => ({
    subject: `Your access to ${course_title} has ended`,
    preview: reason === '' ? 'Your progress is kept.' : reason,
    heading: 'Your access has ended',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`You can no longer open the lessons of ${course_title}.`),
      ...why(reason),
      paragraph('Your progress is kept: should you come back, you go on where you stopped.'),
      button('See the course', link(reader, `/courses/${course_slug}`)),
      note('Is this a mistake? Write to us on the contact page, and we look into it.'),
    ],
    reason: 'You receive this mail because you were enrolled in this course.',
  }),
);

const why = (reason: string): Block[] => (reason.trim() === '' ? [] : [quote(reason.trim())]);
