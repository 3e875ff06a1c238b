import { expect, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { cast } from '../support/people.ts';

test('Ada publishes a course that Eve finds, and nobody but Ada edits', async () => {
  const { ada, eve } = await cast();
  const course = await createCourse(ada);
  const { data } = await eve.client.rpc('course_detail', { course_id: course.id }).throwOnError();
  expect(data).toMatchObject({ title: course.title });

  await eve.client.from('courses').update({ title: 'Mine now' }).eq('id', course.id);
  const { data: kept } = await ada.client.from('courses').select('title').eq('id', course.id).single();
  expect(kept?.title).toBe(course.title);
});
