import { z } from 'zod';
import { Count, Id, Percent, Timestamp, page } from './common.ts';
import { CourseSection, CourseStatus } from './courses.ts';

/** Where a course stands after it was published, unpublished or archived. */
export const CoursePublication = z.object({
  id: Id,
  slug: z.string(),
  status: CourseStatus,
  is_published: z.boolean(),
  published_at: Timestamp.nullable(),
  archived_at: Timestamp.nullable(),
});
export type CoursePublication = z.infer<typeof CoursePublication>;

/** One thing that is missing before a course can be published. */
export const PublishIssue = z.object({
  issue: z.string().describe('such as LESSON_EMPTY'),
  field: z.string(),
  message: z.string(),
  section_id: Id.optional(),
  lesson_id: Id.optional(),
});
export type PublishIssue = z.infer<typeof PublishIssue>;

export const CourseReadiness = z.object({
  course_id: Id,
  can_publish: z.boolean(),
  issues: z.array(PublishIssue),
  held_reason: z.string().nullable().describe('why staff holds it off sale; publishing asks staff again'),
});
export type CourseReadiness = z.infer<typeof CourseReadiness>;

export const CourseTeam = z.object({
  results: z.array(
    z.object({
      user_id: Id,
      first_name: z.string(),
      last_name: z.string(),
      role: z.enum(['owner', 'co_instructor']),
      revenue_share_percent: Percent.describe("percent of the instructors' part"),
      since: Timestamp,
    }),
  ),
});
export type CourseTeam = z.infer<typeof CourseTeam>;

export const Curriculum = z.object({ curriculum: z.array(CourseSection) });
export type Curriculum = z.infer<typeof Curriculum>;

export const TransferredCourse = z.object({ id: Id, instructor_id: Id });
export type TransferredCourse = z.infer<typeof TransferredCourse>;

export const FeaturedCourse = z.object({ id: Id, is_featured: z.boolean() });
export type FeaturedCourse = z.infer<typeof FeaturedCourse>;

/** The students of a course, as their teacher sees them. */
export const RosterPage = page(
  z.object({
    enrollment_id: Id,
    first_name: z.string(),
    enrolled_at: Timestamp,
    progress_percent: Percent,
    lessons_completed: Count,
    is_completed: z.boolean(),
    last_activity_at: Timestamp.nullable(),
  }),
);
export type RosterPage = z.infer<typeof RosterPage>;
