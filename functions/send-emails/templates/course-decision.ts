import { z } from 'zod';
import { button, paragraph, quote } from '../../_shared/mail/blocks.ts';
import { greeting, link, template } from '../template.ts';

const decisions = {
  published: {
    happened: 'is on sale',
    meaning: 'Our staff looked at your course and put it on sale.',
  },
  released: {
    happened: 'may be sold again',
    meaning: 'Our staff looked at your course again: you can publish it whenever you like.',
  },
  refused: {
    happened: 'was not approved',
    meaning:
      'Our staff looked at your course and did not put it on sale. Publish it again when it is mended.',
  },
  taken_down: {
    happened: 'was taken off sale',
    meaning:
      'Our staff took your course off sale; its students keep access. Publish it again when it is mended, and we look at it.',
  },
  archived: {
    happened: 'was archived',
    meaning: 'Our staff took your course off sale for good; its students keep access.',
  },
} as const;

export const courseDecision = template(
  z.object({
    course_title: z.string(),
    course_slug: z.string(),
    decision: z.enum(['published', 'released', 'refused', 'taken_down', 'archived']),
    reason: z.string(),
  }),
  ({ course_title, course_slug, decision, reason }, reader) => {
    const { happened, meaning } = decisions[decision];
    return {
      subject: `${course_title} ${happened}`,
      preview: meaning,
      heading: `Your course ${happened}`,
      blocks: [
        paragraph(greeting(reader)),
        paragraph(meaning),
        ...(reason === '' ? [] : [paragraph('They say:'), quote(reason)]),
        decision === 'published'
          ? button('See the course', link(reader, `/courses/${course_slug}`))
          : button('See your courses', link(reader, '/instructor/courses')),
      ],
      reason: 'You receive this mail because the course is yours.',
    };
  },
);
