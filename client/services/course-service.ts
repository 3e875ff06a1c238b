import type { CourseLevel } from '../../types/schemas/courses.ts';
import type { SignedVideoUrlOutput } from '../../types/schemas/media.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';
import { countSearch } from '../count-search.ts';

export type CourseOrdering = 'popular' | 'newest' | 'rating' | 'price_low' | 'price_high' | 'relevance';

export type CourseFilterParams = Omit<RpcArgs<'search_courses'>, 'level' | 'ordering'> & {
  level?: CourseLevel | undefined;
  ordering?: CourseOrdering | undefined;
};

export interface ReviewPayload {
  /** Stars, 1 to 5. */
  rating: number;
  title?: string | undefined;
  comment?: string | undefined;
}

const id = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** The catalogue, and what a student does with one course of it. */
export const createCourseService = ({ client, invoke, query, read, write }: Api) => ({
  /** With words to search for, counts the search when it is a new one. */
  getCourses: async (filters: CourseFilterParams = {}, options?: CallOptions) => {
    const page = await read('search_courses', filters, options);
    countSearch({ write }, filters.search, filters.page);
    return page;
  },

  /** By id or by slug. */
  getCourseDetail: (course: string, options?: CallOptions) =>
    read('course_detail', id.test(course) ? { course_id: course } : { slug: course }, options),

  /** Which of these courses are the caller's: for cards that came from a cache, which are everybody's. */
  getFlags: (courseIds: string[], options?: CallOptions) =>
    read('course_flags', { course_ids: courseIds }, options),

  getRelatedCourses: (courseId: string, options?: CallOptions) =>
    read('related_courses', { course_id: courseId }, options),

  getCategories: (options?: CallOptions) => read('list_categories', {}, options),

  /** Takes a free course; one with a price goes through the cart. */
  enrollCourse: (courseId: string, options?: CallOptions) =>
    write('enroll_free', { course_id: courseId }, options),

  submitReview: (courseId: string, review: ReviewPayload, options?: CallOptions) =>
    write('submit_review', { course_id: courseId, ...review }, options),

  /** What a lesson teaches; null for who may not study it. */
  getLessonContent: (lessonId: string, options: CallOptions = {}) =>
    query(
      client
        .from('lesson_contents')
        .select('lesson_id, body, video_url, video_path, resources')
        .eq('lesson_id', lessonId)
        .abortSignal(signalOf(options))
        .maybeSingle(),
      options,
    ),

  /** An address of the video, or of the resource at `path`, that opens it for some minutes. */
  getLessonMedia: (lessonId: string, path?: string, options?: CallOptions) =>
    invoke<SignedVideoUrlOutput>(
      'signed-video-url',
      { lesson_id: lessonId, ...(path !== undefined && { kind: 'resource', path }) },
      { ...options, repeatable: true },
    ),

  /** Counts a look at the page of a course. */
  recordView: (courseId: string, options?: CallOptions) =>
    write('record_course_view', { course_id: courseId }, options),
});
