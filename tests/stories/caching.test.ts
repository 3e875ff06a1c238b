import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createCourse } from '../support/courses.ts';
import { cast, type Person } from '../support/people.ts';

/** Whose answers a cache may keep, over HTTP. */
describe('caching', () => {
  const { api_url, publishable_key } = inject('stack');
  let bob: Person;
  let courseId: string;

  beforeAll(async () => {
    const people = await cast();
    bob = people.bob;
    ({ id: courseId } = await createCourse(people.ada));
  });

  const reads = (): [name: string, args: Record<string, string>][] => [
    ['search_courses', {}],
    ['search_courses', { featured: 'true' }],
    ['search', { q: 'course' }],
    ['suggest', { q: 'co' }],
    ['course_detail', { course_id: courseId }],
    ['related_courses', { course_id: courseId }],
    ['list_categories', {}],
    ['list_reviews', { course_id: courseId }],
    ['popular_searches', {}],
  ];

  async function get(name: string, args: Record<string, string>, token?: string) {
    const address = `${api_url}/rest/v1/rpc/${name}?${new URLSearchParams(args)}`;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { apikey: publishable_key, ...authorization };
    const response = await fetch(address, { headers });
    expect(response.status, name).toBe(200);
    return { headers: response.headers, body: (await response.json()) as unknown };
  }

  test('what a visitor reads may be kept for a minute, what an account reads by nobody', async () => {
    const { data } = await bob.client.auth.getSession();
    for (const [name, args] of reads()) {
      const { headers } = await get(name, args);
      expect(headers.get('cache-control'), name).toBe('public, max-age=60');
      expect(headers.get('vary')?.toLowerCase(), name).toContain('authorization');
      const own = await get(name, args, data.session!.access_token);
      expect(own.headers.get('cache-control'), name).toBe('private, no-store');
    }
  });

  test('a refusal is not kept', async () => {
    const address = `${api_url}/rest/v1/rpc/search_courses?ordering=cheapest`;
    const response = await fetch(address, { headers: { apikey: publishable_key } });
    expect(response.status).toBe(422);
    expect(response.headers.get('cache-control') ?? '').not.toContain('public');
  });

  test('what may be kept says nothing about a person, and a person gets the flags beside it in one call', async () => {
    await bob.client.rpc('add_to_wishlist', { course_id: courseId }).throwOnError();
    const { body } = await get('course_detail', { course_id: courseId });
    expect(body).toMatchObject({ enrolled: false, in_cart: false, in_wishlist: false, progress: null });
    const flags = await bob.client.rpc('course_flags', { course_ids: [courseId] }).throwOnError();
    expect(flags.data).toEqual({ enrolled: [], in_cart: [], in_wishlist: [courseId] });
  });
});
