import { z } from 'zod';
import { Id } from './common.ts';
import { CourseCard } from './courses.ts';

/** Why a course is recommended. */
export const RecommendationReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('students_also_took'), course_id: Id, course_title: z.string() }),
  z.object({ kind: z.literal('same_category'), category: z.string() }),
  z.object({ kind: z.literal('popular') }),
]);
export type RecommendationReason = z.infer<typeof RecommendationReason>;

export const Recommendations = z.object({
  results: z.array(CourseCard.extend({ reason: RecommendationReason })),
});
export type Recommendations = z.infer<typeof Recommendations>;
