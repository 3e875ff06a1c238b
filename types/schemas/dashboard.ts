import { z } from 'zod';
import { Count, Hours, Id, Percent, StoragePath, Timestamp } from './common.ts';
import { CurrentLesson } from './enrollments.ts';

export const DashboardStats = z.object({
  courses_enrolled: Count,
  courses_completed: Count,
  total_hours_learned: Hours.describe('hours; a second of video counts once'),
  current_streak_days: Count,
  average_rating_given: z.number().min(1).max(5).nullable().describe('null before the first rating'),
  certificates_earned: Count,
});
export type DashboardStats = z.infer<typeof DashboardStats>;

export const ContinueLearning = z.object({
  results: z.array(
    z.object({
      enrollment_id: Id,
      course: z.object({
        id: Id,
        title: z.string(),
        slug: z.string(),
        thumbnail: StoragePath.nullable(),
        instructor: z.string().describe('name'),
      }),
      progress_percent: Percent,
      lessons_completed: Count,
      total_lessons: Count,
      current_lesson: CurrentLesson.nullable(),
      last_activity_at: Timestamp.nullable(),
    }),
  ),
});
export type ContinueLearning = z.infer<typeof ContinueLearning>;
