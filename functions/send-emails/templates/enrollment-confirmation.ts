import { z } from 'zod';
import { button, paragraph } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const enrollmentConfirmation = template(
  z.object({ course_title: z.string(), course_slug: z.string() }),
  ({ course_title, course_slug }, reader) => ({
    subject: `Welcome to ${course_title}`,
    preview: 'You can start learning now.',
    heading: `Welcome to ${course_title}`,
    blocks: [
      paragraph(greeting(reader)),
      paragraph('You are enrolled. Every lesson is open to you, at your own pace and as often as you like.'),
      button('Start learning', link(reader, `/learn/${course_slug}`)),
    ],
    reason: 'You receive this mail because you enrolled in this course.',
  }),
);
