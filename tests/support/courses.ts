import { randomUUID } from 'node:crypto';
import { asOwner, type Person } from './people.ts';

export interface CourseOptions {
  title?: string;
  price_cents?: number;
  /** The first lesson is the preview. */
  lessons?: number;
  publish?: boolean;
  /** The slug of a category that is made for the purpose; one for all courses when left out. */
  category?: string;
}

export interface CreatedCourse {
  id: string;
  title: string;
  section_id: string;
  /** In the order of the curriculum. */
  lesson_ids: string[];
}

/** A course of one section, written and published by its instructor through the API. */
export async function createCourse(
  { id: instructor_id, client }: Person,
  {
    title = `Course ${randomUUID().slice(0, 8)}`,
    price_cents = 1999,
    lessons = 3,
    publish = true,
    category = 'testing',
  }: CourseOptions = {},
): Promise<CreatedCourse> {
  const course = await client
    .from('courses')
    .insert({
      title,
      short_description: `All about ${title}.`,
      description: `Everything worth knowing about ${title}, told slowly and with examples.`,
      category_id: await categoryId(category),
      level: 'beginner',
      price_cents,
      thumbnail_path: `${instructor_id}/cover.png`,
    })
    .select('id')
    .single()
    .throwOnError();
  const course_id = course.data.id;

  const section = await client
    .from('curriculum_sections')
    .insert({ course_id, title: 'First section', position: 1 })
    .select('id')
    .single()
    .throwOnError();
  const section_id = section.data.id;

  const rows = Array.from({ length: lessons }, (_, index) => ({
    section_id,
    title: `Lesson ${index + 1}`,
    duration_seconds: 600,
    position: index + 1,
    is_preview: index === 0,
  }));
  const created = await client.from('lessons').insert(rows).select('id, position').throwOnError();
  const lesson_ids = created.data.toSorted((a, b) => a.position - b.position).map(({ id }) => id);
  await client
    .from('lesson_contents')
    .insert(lesson_ids.map((lesson_id, index) => ({ lesson_id, body: `What lesson ${index + 1} teaches.` })))
    .throwOnError();

  if (publish) await client.rpc('publish_course', { course_id }).throwOnError();
  return { id: course_id, title, section_id, lesson_ids };
}

/** Categories are made by staff. */
function categoryId(slug: string): Promise<string> {
  return asOwner(async (sql) => {
    const [category] = await sql<{ id: string }[]>`
      insert into public.categories (name, slug, description)
      values (${slug}, ${slug}, 'Courses of the tests.')
      on conflict (slug) do update set slug = excluded.slug
      returning id`;
    return category!.id;
  });
}
