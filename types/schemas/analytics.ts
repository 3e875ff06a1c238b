import { z } from 'zod';
import { Amount, Count, Currency, Id, Percent, Rating } from './common.ts';

export const CountedView = z.object({
  counted: z.boolean().describe('false when it was counted today already'),
});
export type CountedView = z.infer<typeof CountedView>;

export const SentContactMessage = z.object({ id: Id, message: z.string() });
export type SentContactMessage = z.infer<typeof SentContactMessage>;

const CourseFigures = z.object({
  views: Count,
  enrollments: Count,
  completions: Count,
  rating_count: Count,
  average_rating: Rating.nullable().describe('of the ratings given then; null without any'),
  sales: Count.nullable().describe('null for co-instructors, as the money'),
  revenue: Amount.nullable(),
  refunded: Amount.nullable(),
});

/** How a course does, over time. */
export const CourseAnalytics = z.object({
  course_id: Id,
  from_day: z.iso.date(),
  to_day: z.iso.date(),
  bucket: z.enum(['day', 'week', 'month']),
  currency: Currency,
  now: z.object({
    students: Count,
    studied_last_week: Count,
    completion_percent: Percent,
    rating: Rating,
    rating_count: Count,
  }),
  total: CourseFigures,
  periods: z.array(CourseFigures.extend({ starts_on: z.iso.date() })),
});
export type CourseAnalytics = z.infer<typeof CourseAnalytics>;

/** How far the students of a course come, lesson by lesson. */
export const CourseLessonStats = z.object({
  course_id: Id,
  students: Count,
  results: z.array(
    z.object({
      lesson_id: Id,
      title: z.string(),
      section_id: Id,
      section_title: z.string(),
      began: Count,
      completed: Count,
      stopped_here: Count.describe('not completed the course, studied this last, nothing for 14 days'),
      watched_percent: Percent.nullable().describe('by those who began; null without a video'),
    }),
  ),
});
export type CourseLessonStats = z.infer<typeof CourseLessonStats>;
