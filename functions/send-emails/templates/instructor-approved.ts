import { z } from 'zod';
import { button, paragraph } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

export const instructorApproved = template(z.object({}), (_, reader) => ({
  subject: 'You can teach on LearnFlow now',
  preview: 'Your application was approved.',
  heading: 'Welcome among the instructors',
  blocks: [
    paragraph(greeting(reader)),
    paragraph(
      'Your application was approved: you can write and publish courses. Sign in again if you do not see it yet.',
    ),
    button('Write your first course', link(reader, '/instructor/courses')),
  ],
  reason: 'You receive this mail because you applied to become an instructor.',
}));
