import type { TablesInsert, TablesUpdate } from '../../types/database.ts';
import type { Database } from '../../types/precise-database.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';
import { fileName } from '../file-name.ts';

type NewLesson = Database['public']['Tables']['lessons']['Insert'];
type NewCourse = Database['public']['Tables']['courses']['Insert'];
type LessonContent = Database['public']['Tables']['lesson_contents']['Insert'];

/** Teaching: the application, the writing of courses, their publication and their students. */
export const createInstructorService = ({ client, fileUrl, query, read, userId, write }: Api) => ({
  requestInstructor: (motivation: string, options?: CallOptions) =>
    write('request_instructor', { motivation }, options),

  /** An instructor as everybody sees one. */
  async getInstructor(instructorId: string, options: CallOptions = {}) {
    const instructor = await query(
      client
        .from('v_instructor_public')
        .select()
        .eq('id', instructorId)
        .abortSignal(signalOf(options))
        .single(),
      { ...options, notFound: 'PROFILE_NOT_FOUND' },
    );
    return { ...instructor, profile_picture: fileUrl('avatars', instructor.profile_picture) };
  },

  /** The caller's own courses in every state, latest first. */
  getMyCourses: async (options: CallOptions = {}) => ({
    results: await query(
      client
        .from('courses')
        .select('id, slug, title, status, is_published, price_cents, currency, published_at, updated_at')
        .eq('instructor_id', await userId())
        .order('created_at', { ascending: false })
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  createCourse: (course: NewCourse, options: CallOptions = {}) =>
    query(client.from('courses').insert(course).select().abortSignal(signalOf(options)).single(), options),

  updateCourse: (courseId: string, changes: TablesUpdate<'courses'>, options: CallOptions = {}) =>
    query(
      client
        .from('courses')
        .update(changes)
        .eq('id', courseId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      { ...options, notFound: 'COURSE_NOT_FOUND' },
    ),

  /** Only a course that never had students; any other is archived. */
  async deleteCourse(courseId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client.from('courses').delete().eq('id', courseId).select('id').abortSignal(signalOf(options)).single(),
      { ...options, notFound: 'COURSE_NOT_FOUND' },
    );
  },

  /** Uploads the picture of a course and shows it from now on. */
  async uploadThumbnail(courseId: string, picture: Blob) {
    const thumbnail_path = `${courseId}/${fileName(picture)}`;
    await query(
      client.storage.from('course-thumbnails').upload(thumbnail_path, picture, { contentType: picture.type }),
    );
    return query(client.from('courses').update({ thumbnail_path }).eq('id', courseId).select().single(), {
      notFound: 'COURSE_NOT_FOUND',
    });
  },

  createSection: (section: TablesInsert<'curriculum_sections'>, options: CallOptions = {}) =>
    query(
      client.from('curriculum_sections').insert(section).select().abortSignal(signalOf(options)).single(),
      options,
    ),

  createLesson: (lesson: NewLesson, options: CallOptions = {}) =>
    query(client.from('lessons').insert(lesson).select().abortSignal(signalOf(options)).single(), options),

  /** What a lesson teaches: text, the path of its video, resources. What is left out stays as it is. */
  async saveLessonContent(
    { lesson_id, ...content }: LessonContent,
    options: CallOptions = {},
  ): Promise<void> {
    const contents = client.from('lesson_contents');
    const kept = await query(
      contents.update(content).eq('lesson_id', lesson_id).select('lesson_id').abortSignal(signalOf(options)),
      options,
    );
    if (kept.length > 0) return;
    // Not an upsert: that would write the key as well, and content never moves to another lesson.
    await query(contents.insert({ lesson_id, ...content }).abortSignal(signalOf(options)), options);
  },

  reorderCurriculum: (order: RpcArgs<'reorder_curriculum'>, options?: CallOptions) =>
    write('reorder_curriculum', order, { ...options, repeatable: true }),

  /** What is missing before the course can be published. */
  getReadiness: (courseId: string, options?: CallOptions) =>
    read('course_readiness', { course_id: courseId }, options),

  publishCourse: (courseId: string, options?: CallOptions) =>
    write('publish_course', { course_id: courseId }, { ...options, repeatable: true }),

  unpublishCourse: (courseId: string, options?: CallOptions) =>
    write('unpublish_course', { course_id: courseId }, { ...options, repeatable: true }),

  archiveCourse: (courseId: string, options?: CallOptions) =>
    write('archive_course', { course_id: courseId }, { ...options, repeatable: true }),

  getTeam: (courseId: string, options?: CallOptions) => read('course_team', { course_id: courseId }, options),

  getRoster: (
    courseId: string,
    params: Omit<RpcArgs<'course_roster'>, 'course_id'> = {},
    options?: CallOptions,
  ) => read('course_roster', { ...params, course_id: courseId }, options),

  /** Views, sales, students, completions and ratings over time. */
  getAnalytics: (
    courseId: string,
    params: Omit<RpcArgs<'course_analytics'>, 'course_id'> = {},
    options?: CallOptions,
  ) => read('course_analytics', { ...params, course_id: courseId }, options),

  /** In which lessons students stop. */
  getLessonStats: (courseId: string, options?: CallOptions) =>
    read('course_lesson_stats', { course_id: courseId }, options),

  /** A discount code for an own course, or for all of them. */
  createCoupon: (coupon: RpcArgs<'create_coupon'>, options?: CallOptions) =>
    write('create_coupon', coupon, options),
});
