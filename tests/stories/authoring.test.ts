import { expect, test } from 'vitest';
import type { LearnFlowClient } from '../../client/create-client.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { asOwner, cast, type Person } from '../support/people.ts';

/** All that a course is, as the owner of the database sees it. */
const whole = (id: string) =>
  asOwner(
    (sql) => sql`
      select
        to_jsonb(c) as course,
        (select jsonb_agg(s order by s.id) from public.curriculum_sections s where s.course_id = c.id) as sections,
        (select jsonb_agg(l order by l.id) from public.lessons l where l.course_id = c.id) as lessons,
        (select jsonb_agg(x order by x.lesson_id) from public.lesson_contents x where x.course_id = c.id) as contents,
        (select jsonb_agg(o order by o.id) from public.course_outcomes o where o.course_id = c.id) as outcomes,
        (select jsonb_agg(r order by r.id) from public.course_requirements r where r.course_id = c.id) as requirements,
        (select jsonb_agg(i order by i.user_id) from public.course_instructors i where i.course_id = c.id) as team
      from public.courses c where c.id = ${id}`,
  );

interface Scene {
  course: CreatedCourse;
  eve: Person;
}

/** Every way to change a course. Refused or without effect: none of them may do anything in Eve's hands. */
const writes: Record<string, (client: LearnFlowClient, scene: Scene) => PromiseLike<unknown>> = {
  'rename it': (client, { course }) =>
    client.from('courses').update({ title: 'Mine now' }).eq('id', course.id),
  'give it away': (client, { course }) =>
    client.from('courses').update({ price_cents: 0 }).eq('id', course.id),
  'call it hers': (client, { course, eve }) =>
    client.from('courses').update({ instructor_id: eve.id }).eq('id', course.id),
  'delete it': (client, { course }) => client.from('courses').delete().eq('id', course.id),
  'add a section': (client, { course }) =>
    client.from('curriculum_sections').insert({ course_id: course.id, title: 'Hers', position: 9 }),
  'rename a section': (client, { course }) =>
    client.from('curriculum_sections').update({ title: 'Hers' }).eq('id', course.section_id),
  'delete a section': (client, { course }) =>
    client.from('curriculum_sections').delete().eq('id', course.section_id),
  'add a lesson': (client, { course }) =>
    client.from('lessons').insert({ section_id: course.section_id, title: 'Hers', position: 9 }),
  'open every lesson as a preview': (client, { course }) =>
    client.from('lessons').update({ is_preview: true }).in('id', course.lesson_ids),
  'delete a lesson': (client, { course }) => client.from('lessons').delete().in('id', course.lesson_ids),
  'write over what a lesson teaches': (client, { course }) =>
    client.from('lesson_contents').update({ body: 'Hers' }).in('lesson_id', course.lesson_ids),
  'empty a lesson': (client, { course }) =>
    client.from('lesson_contents').delete().in('lesson_id', course.lesson_ids),
  'promise an outcome': (client, { course }) =>
    client.from('course_outcomes').insert({ course_id: course.id, text: 'Riches', position: 1 }),
  'ask for a requirement': (client, { course }) =>
    client.from('course_requirements').insert({ course_id: course.id, text: 'Riches', position: 1 }),
  'join its team': (client, { course, eve }) =>
    client
      .from('course_instructors')
      .insert({ course_id: course.id, user_id: eve.id, revenue_share_percent: 50 }),
  'put its lessons into another order': (client, { course }) =>
    client.rpc('reorder_curriculum', {
      course_id: course.id,
      curriculum: [{ id: course.section_id, lessons: course.lesson_ids.toReversed() }],
    }),
  'take it off the shelf': (client, { course }) => client.rpc('unpublish_course', { course_id: course.id }),
  'archive it': (client, { course }) => client.rpc('archive_course', { course_id: course.id }),
  'have it transferred to her': (client, { course, eve }) =>
    client.rpc('transfer_course', { course_id: course.id, new_owner: eve.id }),
  'put it on the front page': (client, { course }) =>
    client.rpc('set_featured', { course_id: course.id, is_featured: true }),
};

test('Ada publishes a course that Eve finds, and nobody but Ada edits', async () => {
  const { ada, eve } = await cast();
  const course = await createCourse(ada);
  const { data: found } = await eve.client.rpc('search_courses', { search: course.title }).throwOnError();
  expect(found.results.map(({ id }) => id)).toContain(course.id);
  const { data } = await eve.client.rpc('course_detail', { course_id: course.id }).throwOnError();
  expect(data).toMatchObject({ title: course.title });

  const before = await whole(course.id);
  for (const [what, write] of Object.entries(writes)) {
    await write(eve.client, { course, eve });
    expect(await whole(course.id), `Eve could ${what}`).toEqual(before);
  }

  await ada.client.from('courses').update({ title: 'Mine still' }).eq('id', course.id).throwOnError();
  expect(await whole(course.id)).toMatchObject([{ course: { title: 'Mine still' } }]);
});
