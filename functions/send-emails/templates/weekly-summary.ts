import { z } from 'zod';
import { Count, Seconds } from '../../../types/schemas/common.ts';
import { button, paragraph, rows } from '../../_shared/mail/blocks.ts';
import { day, greeting, link, template } from '../template.ts';

export const weeklySummary = template(
  z.object({
    week_begins_on: z.iso.date(),
    learning_days: Count,
    seconds_learned: Seconds,
    lessons_completed: Count,
  }),
  ({ week_begins_on, learning_days, seconds_learned, lessons_completed }, reader) => ({
    subject: 'Your week on LearnFlow',
    preview: `${duration(seconds_learned)} of learning on ${counted(learning_days, 'day')}.`,
    heading: 'Your week',
    blocks: [
      paragraph(greeting(reader)),
      paragraph(`This is what you did in the week of ${day(week_begins_on, { timezone: 'UTC' })}.`),
      rows([
        { label: 'Days of learning', value: `${learning_days} of 7` },
        { label: 'Time', value: duration(seconds_learned) },
        { label: 'Lessons completed', value: String(lessons_completed) },
      ]),
      button('Go on learning', link(reader, '/dashboard')),
    ],
    reason: 'You receive this mail on Mondays after a week in which you learned.',
  }),
);

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return counted(minutes, 'minute');
  return `${counted(hours, 'hour')}${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}
