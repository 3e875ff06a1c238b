import { z } from 'zod';
import { button, note, paragraph, serial } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const certificate = template(
  z.object({ code: z.string(), course_title: z.string() }),
  (earned, reader) => ({
    subject: `Your certificate for ${earned.course_title}`,
    preview: 'You completed every lesson. Well done!',
    heading: 'You did it!',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`You completed every lesson of ${earned.course_title}. Your certificate is ready.`),
      button('Open your certificate', link(reader, `/certificates/${earned.code}`)),
      note('Whoever you show it to can verify it with this code:'),
      serial(earned.code),
      note(`At ${link(reader, `/verify/${earned.code}`)}`),
    ],
    reason: 'You receive this mail because you completed this course.',
  }),
);
