import type { Json, TablesInsert, TablesUpdate } from '../../types/database.ts';
import type { Database } from '../../types/precise-database.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';
import { fileName } from '../file-name.ts';
import type { UnwrapOptions } from '../unwrap.ts';

type NewLesson = Database['public']['Tables']['lessons']['Insert'];
type NewCourse = Database['public']['Tables']['courses']['Insert'];
type LessonContent = Database['public']['Tables']['lesson_contents']['Insert'];

/** A line of what students will be able to do, or of what they must bring along. */
type LineChanges = Pick<TablesUpdate<'course_outcomes'>, 'position' | 'text'>;

type Tables = Pick<Api, 'client' | 'query'>;

async function saveLessonContent(
  { client, query }: Tables,
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
}

/** Puts a file where the policies of the lesson look for it; gives its path. */
async function upload(
  { client, query }: Tables,
  bucket: 'lesson-videos' | 'lesson-resources',
  lessonId: string,
  file: Blob,
): Promise<string> {
  const { course_id } = await query(client.from('lessons').select('course_id').eq('id', lessonId).single(), {
    notFound: 'LESSON_NOT_FOUND',
  });
  const path = `${course_id}/${lessonId}/${fileName(file)}`;
  await query(client.storage.from(bucket).upload(path, file, { contentType: file.type }));
  return path;
}

/** Lists of lines of text that a course has. */
type Lines = 'course_outcomes' | 'course_requirements';

const addLine = ({ client, query }: Tables, table: Lines, line: TablesInsert<Lines>, options: CallOptions) =>
  query(client.from(table).insert(line).select().abortSignal(signalOf(options)).single(), options);

const updateLine = (
  { client, query }: Tables,
  table: Lines,
  lineId: string,
  changes: LineChanges,
  options: CallOptions,
) =>
  query(
    client.from(table).update(changes).eq('id', lineId).select().abortSignal(signalOf(options)).single(),
    options,
  );

/** Deletes one row, and says so when there is none that the caller may delete. */
async function deleteRow(
  { client, query }: Tables,
  table: Lines | 'courses' | 'curriculum_sections' | 'lessons',
  id: string,
  options: UnwrapOptions,
): Promise<void> {
  await query(
    client.from(table).delete().eq('id', id).select('id').abortSignal(signalOf(options)).single(),
    options,
  );
}

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
  deleteCourse: (courseId: string, options: CallOptions = {}) =>
    deleteRow({ client, query }, 'courses', courseId, { ...options, notFound: 'COURSE_NOT_FOUND' }),

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

  updateSection: (
    sectionId: string,
    changes: TablesUpdate<'curriculum_sections'>,
    options: CallOptions = {},
  ) =>
    query(
      client
        .from('curriculum_sections')
        .update(changes)
        .eq('id', sectionId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),

  /** With all its lessons. */
  deleteSection: (sectionId: string, options: CallOptions = {}) =>
    deleteRow({ client, query }, 'curriculum_sections', sectionId, options),

  createLesson: (lesson: NewLesson, options: CallOptions = {}) =>
    query(client.from('lessons').insert(lesson).select().abortSignal(signalOf(options)).single(), options),

  updateLesson: (lessonId: string, changes: TablesUpdate<'lessons'>, options: CallOptions = {}) =>
    query(
      client
        .from('lessons')
        .update(changes)
        .eq('id', lessonId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      { ...options, notFound: 'LESSON_NOT_FOUND' },
    ),

  /** With its content. */
  deleteLesson: (lessonId: string, options: CallOptions = {}) =>
    deleteRow({ client, query }, 'lessons', lessonId, { ...options, notFound: 'LESSON_NOT_FOUND' }),

  /** What a lesson teaches: text, the path of its video, resources. What is left out stays as it is. */
  saveLessonContent: (content: LessonContent, options: CallOptions = {}) =>
    saveLessonContent({ client, query }, content, options),

  /** Uploads the video of a lesson and shows it from now on; gives its path. */
  async uploadVideo(lessonId: string, video: Blob): Promise<string> {
    const video_path = await upload({ client, query }, 'lesson-videos', lessonId, video);
    await saveLessonContent({ client, query }, { lesson_id: lessonId, video_path });
    return video_path;
  },

  /** Uploads something to download and adds it to the resources of a lesson. */
  async uploadResource(
    lessonId: string,
    title: string,
    resource: Blob,
  ): Promise<{ title: string; path: string }> {
    const added = { title, path: await upload({ client, query }, 'lesson-resources', lessonId, resource) };
    const content = await query(
      client.from('lesson_contents').select('resources').eq('lesson_id', lessonId).maybeSingle(),
    );
    const resources = (content?.resources ?? []) as Json[];
    await saveLessonContent({ client, query }, { lesson_id: lessonId, resources: [...resources, added] });
    return added;
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

  /** What students will be able to do: a line at the end, or at `position`. */
  addOutcome: (outcome: TablesInsert<'course_outcomes'>, options: CallOptions = {}) =>
    addLine({ client, query }, 'course_outcomes', outcome, options),

  updateOutcome: (outcomeId: string, changes: LineChanges, options: CallOptions = {}) =>
    updateLine({ client, query }, 'course_outcomes', outcomeId, changes, options),

  deleteOutcome: (outcomeId: string, options: CallOptions = {}) =>
    deleteRow({ client, query }, 'course_outcomes', outcomeId, options),

  /** What students must bring along: a line at the end, or at `position`. */
  addRequirement: (requirement: TablesInsert<'course_requirements'>, options: CallOptions = {}) =>
    addLine({ client, query }, 'course_requirements', requirement, options),

  updateRequirement: (requirementId: string, changes: LineChanges, options: CallOptions = {}) =>
    updateLine({ client, query }, 'course_requirements', requirementId, changes, options),

  deleteRequirement: (requirementId: string, options: CallOptions = {}) =>
    deleteRow({ client, query }, 'course_requirements', requirementId, options),

  /** The owner alone chooses who teaches along, and what share of the revenue that is. `getTeam` tells both. */
  async addCoInstructor(
    courseId: string,
    instructorId: string,
    sharePercent = 0,
    options: CallOptions = {},
  ): Promise<void> {
    await query(
      client
        .from('course_instructors')
        .insert({ course_id: courseId, user_id: instructorId, revenue_share_percent: sharePercent })
        .abortSignal(signalOf(options)),
      options,
    );
  },

  /** For sales from now on. */
  async setRevenueShare(
    courseId: string,
    instructorId: string,
    sharePercent: number,
    options: CallOptions = {},
  ): Promise<void> {
    await query(
      client
        .from('course_instructors')
        .update({ revenue_share_percent: sharePercent })
        .eq('course_id', courseId)
        .eq('user_id', instructorId)
        .select('user_id')
        .abortSignal(signalOf(options))
        .single(),
      options,
    );
  },

  /** By the owner, or by who leaves. */
  async removeCoInstructor(courseId: string, instructorId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client
        .from('course_instructors')
        .delete()
        .eq('course_id', courseId)
        .eq('user_id', instructorId)
        .select('user_id')
        .abortSignal(signalOf(options))
        .single(),
      options,
    );
  },

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
});
