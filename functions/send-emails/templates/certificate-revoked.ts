import { z } from 'zod';
import { button, note, paragraph, quote } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const certificateRevoked = template(
  z.object({ code: z.string(), course_title: z.string(), reason: z.string() }),
  ({ code, course_title, reason }, reader) => ({
    subject: `Your certificate for ${course_title} was revoked`,
    preview: reason,
    heading: 'Your certificate was revoked',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`Your certificate for ${course_title} does not count any more:`),
      quote(reason),
      paragraph('Whoever verifies it is told that it was revoked.'),
      button('See the certificate', link(reader, `/certificates/${code}`)),
      note('Is this a mistake? Write to us on the contact page, and we look into it.'),
    ],
    reason: 'You receive this mail because you completed this course.',
  }),
);
