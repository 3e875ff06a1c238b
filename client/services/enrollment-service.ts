import type { Api, CallOptions, RpcArgs } from '../api.ts';

export type EnrollmentFilterParams = Omit<RpcArgs<'my_enrollments'>, 'status'> & {
  status?: 'active' | 'completed' | 'revoked' | undefined;
};

/** The courses that somebody studies. */
export const createEnrollmentService = ({ read, write }: Api) => ({
  getEnrollments: (filters: EnrollmentFilterParams = {}, options?: CallOptions) =>
    read('my_enrollments', filters, options),

  getEnrollment: (enrollmentId: string, options?: CallOptions) =>
    read('enrollment_detail', { enrollment_id: enrollmentId }, options),

  markLessonComplete: (enrollmentId: string, lessonId: string, options?: CallOptions) =>
    write(
      'mark_lesson_complete',
      { enrollment_id: enrollmentId, lesson_id: lessonId },
      { ...options, repeatable: true },
    ),

  markLessonIncomplete: (enrollmentId: string, lessonId: string, options?: CallOptions) =>
    write(
      'mark_lesson_complete',
      { enrollment_id: enrollmentId, lesson_id: lessonId, completed: false },
      { ...options, repeatable: true },
    ),

  /** The heartbeat of the player, every 10 to 60 seconds. A second of video counts once. */
  recordWatchTime: (stretch: RpcArgs<'record_watch_time'>, options?: CallOptions) =>
    write('record_watch_time', stretch, { ...options, repeatable: true }),

  /** Starts again; hours, completion and certificate stay. */
  resetProgress: (enrollmentId: string, options?: CallOptions) =>
    write('reset_progress', { enrollment_id: enrollmentId }, { ...options, repeatable: true }),

  /** Why the course is open or not. */
  explainAccess: (courseId: string, options?: CallOptions) =>
    read('explain_access', { course_id: courseId }, options),
});
