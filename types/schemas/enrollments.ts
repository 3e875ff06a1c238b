import { z } from 'zod';
import {
  Count,
  Hours,
  Id,
  Minutes,
  Percent,
  PersonName,
  Seconds,
  StoragePath,
  Timestamp,
  page,
} from './common.ts';

export const EnrollmentStatus = z.enum(['active', 'suspended', 'revoked']);
export type EnrollmentStatus = z.infer<typeof EnrollmentStatus>;

/** How far somebody is in a course. */
export const EnrollmentProgress = z.object({
  id: Id,
  status: EnrollmentStatus,
  access_ends_at: Timestamp.nullable().describe('null for ever'),
  progress_percent: Percent.describe('percent, rounded down'),
  lessons_completed: Count,
  total_lessons: Count,
  enrolled_at: Timestamp,
  last_activity_at: Timestamp.nullable(),
  is_completed: z.boolean().describe('once completed, always completed'),
  completed_at: Timestamp.nullable(),
  new_lessons_since_completion: Count,
  certificate_url: z.string().nullable().describe('path in the app'),
});
export type EnrollmentProgress = z.infer<typeof EnrollmentProgress>;

const EnrolledCourse = z.object({
  id: Id,
  title: z.string(),
  slug: z.string(),
  thumbnail: StoragePath.nullable(),
});

export const Enrollment = EnrollmentProgress.extend({
  course: EnrolledCourse.extend({
    duration_hours: Hours,
    instructor: z.string().describe('name'),
  }),
});
export type Enrollment = z.infer<typeof Enrollment>;

export const EnrollmentPage = page(Enrollment);
export type EnrollmentPage = z.infer<typeof EnrollmentPage>;

/** The lesson to go on with. */
export const CurrentLesson = z.object({
  id: Id,
  title: z.string(),
  order: z.int().describe('in its section'),
  index: z.int().describe('in the course, from 1'),
  section: z.string(),
  position_seconds: Seconds,
});
export type CurrentLesson = z.infer<typeof CurrentLesson>;

export const LessonWithProgress = z.object({
  id: Id,
  title: z.string(),
  order: z.int(),
  duration_minutes: Minutes,
  duration_seconds: Seconds,
  is_preview: z.boolean(),
  completed: z.boolean(),
  watch_time_seconds: Seconds,
  position_seconds: Seconds,
});
export type LessonWithProgress = z.infer<typeof LessonWithProgress>;

export const EnrollmentDetail = EnrollmentProgress.extend({
  current_lesson: CurrentLesson.nullable(),
  course: EnrolledCourse.extend({
    duration_hours: Hours,
    instructor: PersonName.extend({ avatar: StoragePath.nullable() }),
    curriculum: z.array(
      z.object({
        id: Id,
        title: z.string(),
        description: z.string(),
        order: z.int(),
        total_lessons: Count,
        total_duration_minutes: Minutes,
        lessons: z.array(LessonWithProgress),
      }),
    ),
  }),
});
export type EnrollmentDetail = z.infer<typeof EnrollmentDetail>;

/** An enrolment as staff see it. */
export const EnrollmentOfUser = EnrollmentProgress.extend({ user_id: Id, course_id: Id });
export type EnrollmentOfUser = z.infer<typeof EnrollmentOfUser>;

export const AccessExplanation = z.object({
  course_id: Id,
  has_access: z.boolean(),
  reason: z.enum(['author', 'enrolled', 'staff', 'not_enrolled', 'suspended', 'over', 'revoked']),
  enrollment_id: Id.nullable(),
  access_ends_at: Timestamp.nullable(),
  grants: z.array(
    z.object({
      source: z.enum(['purchase', 'free', 'coupon', 'gift', 'manual', 'company']),
      state: z.enum(['live', 'suspended', 'revoked', 'over']),
      granted_at: Timestamp,
      expires_at: Timestamp.nullable(),
      suspended_at: Timestamp.nullable(),
      revoked_at: Timestamp.nullable(),
      revoke_reason: z.string().nullable(),
      order_id: Id.nullable(),
    }),
  ),
});
export type AccessExplanation = z.infer<typeof AccessExplanation>;

export const EnrollmentCreated = z.object({
  id: Id,
  course_id: Id,
  enrolled_at: Timestamp,
  progress_percent: Percent,
  is_completed: z.boolean(),
});
export type EnrollmentCreated = z.infer<typeof EnrollmentCreated>;

export const LessonCompletion = z.object({
  lesson_id: Id,
  enrollment_id: Id,
  is_completed: z.boolean().describe('of the lesson'),
  enrollment_progress: Percent.describe('percent, rounded down'),
  lessons_completed: Count,
  total_lessons: Count,
  course_completed: z.boolean(),
  certificate_url: z.string().nullable().describe('path in the app'),
});
export type LessonCompletion = z.infer<typeof LessonCompletion>;

export const WatchTime = z.object({
  lesson_id: Id,
  enrollment_id: Id,
  watch_time_seconds: Seconds.describe('distinct seconds so far'),
  credited_seconds: Seconds.describe('seconds new by this call'),
  position_seconds: Seconds.describe('where to resume'),
  duration_seconds: Seconds,
});
export type WatchTime = z.infer<typeof WatchTime>;
