// @vitest-environment happy-dom
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { createElement, StrictMode, type ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { LearnFlowProvider, useCourses } from '../../client/react.ts';
import type { CourseFilterParams } from '../../client/services/course-service.ts';
import { learnflowAnswering, session } from './support.ts';

afterEach(cleanup);

/** A backend that answers when it is told to. */
function slowBackend() {
  const asked: { search: string | null; signal: AbortSignal; answer: (response: Response) => void }[] = [];
  const learnflow = learnflowAnswering((request) => {
    if (request.url.includes('/auth/v1/token')) return Response.json(session);
    if (!request.url.includes('/search_courses')) return new Response(null, { status: 204 });
    return new Promise((resolve, reject) => {
      const search = new URL(request.url).searchParams.get('search');
      asked.push({ search, signal: request.signal, answer: resolve });
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
    });
  });
  return { learnflow, asked };
}

const found = (title: string) =>
  Response.json({ count: 1, next: null, previous: null, results: [{ title }] });

const refusal = () =>
  Response.json(
    { code: 'INVALID_PRICE_RANGE', message: 'No.', details: '{}', hint: '{"status":422}' },
    { status: 422 },
  );

const mount = (learnflow: LearnFlow, initialProps: CourseFilterParams | undefined, strict = false) =>
  renderHook((filters) => useCourses(filters), {
    initialProps,
    wrapper: ({ children }: { children: ReactNode }) => {
      const provided = createElement(LearnFlowProvider, { learnflow }, children);
      return strict ? createElement(StrictMode, null, provided) : provided;
    },
  });

test('loads, then shows the courses', async () => {
  const { learnflow, asked } = slowBackend();
  const { result } = mount(learnflow, undefined);
  expect(result.current).toMatchObject({ courses: [], loading: true, error: null });

  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(found('React'));
  await waitFor(() => expect(result.current.loading).toBe(false));
  expect(result.current).toMatchObject({ courses: [{ title: 'React' }], error: null, data: { count: 1 } });
});

test('asks once for the same filters, even when they are a new object at each render', async () => {
  const { learnflow, asked } = slowBackend();
  const { rerender, result } = mount(learnflow, { search: 'react', level: 'beginner' });
  rerender({ level: 'beginner', search: 'react', category: undefined });
  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(found('React'));
  await waitFor(() => expect(result.current.loading).toBe(false));
  rerender({ search: 'react', level: 'beginner' });
  expect(result.current.loading).toBe(false);
  expect(asked).toHaveLength(1);
});

test('gives an old question up, and never shows its answer', async () => {
  const { learnflow, asked } = slowBackend();
  const { rerender, result } = mount(learnflow, { search: 'react' });
  await waitFor(() => expect(asked).toHaveLength(1));
  rerender({ search: 'vue' });
  expect(result.current.loading).toBe(true);
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[0]!.signal.aborted).toBe(true);

  asked[1]!.answer(found('Vue'));
  await waitFor(() => expect(result.current.loading).toBe(false));
  asked[0]!.answer(found('React'));
  await act(async () => {});
  expect(result.current).toMatchObject({ courses: [{ title: 'Vue' }], error: null });
});

test('keeps what it showed while the next page is loading', async () => {
  const { learnflow, asked } = slowBackend();
  const { rerender, result } = mount(learnflow, { search: 'react' });
  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(found('React'));
  await waitFor(() => expect(result.current.loading).toBe(false));
  rerender({ search: 'react', page: 2 });
  expect(result.current).toMatchObject({ courses: [{ title: 'React' }], loading: true });
});

test('tells an error, and asks again on demand', async () => {
  const { learnflow, asked } = slowBackend();
  const { result } = mount(learnflow, { search: 'react' });
  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(refusal());
  await waitFor(() =>
    expect(result.current.error).toMatchObject({ code: 'INVALID_PRICE_RANGE', status: 422 }),
  );
  expect(result.current.loading).toBe(false);

  act(() => result.current.reload());
  expect(result.current).toMatchObject({ loading: true, error: null });
  await waitFor(() => expect(asked).toHaveLength(2));
  asked[1]!.answer(found('React'));
  await waitFor(() => expect(result.current.courses).toHaveLength(1));
});

test('gives up when it leaves the screen, and sets nothing afterwards', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { learnflow, asked } = slowBackend();
  const { result, unmount } = mount(learnflow, { search: 'react' });
  await waitFor(() => expect(asked).toHaveLength(1));
  const before = result.current;
  unmount();
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[0]!.answer(found('React'));
  await act(async () => {});
  expect(result.current).toBe(before);
  expect(complaints).not.toHaveBeenCalled();
  complaints.mockRestore();
});

test('asks again when Bob signs out or in, and shows nothing of before', async () => {
  const { learnflow, asked } = slowBackend();
  const { result } = mount(learnflow, {});
  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(found('In Bob’s cart'));
  await waitFor(() => expect(result.current.courses).toHaveLength(1));

  await act(() => learnflow.authService.logout());
  expect(result.current).toMatchObject({ courses: [], loading: true });
  await waitFor(() => expect(asked).toHaveLength(2));
  asked[1]!.answer(found('In no cart'));
  await waitFor(() => expect(result.current.courses).toMatchObject([{ title: 'In no cart' }]));

  await act(() => learnflow.client.auth.signInWithPassword({ email: 'bob@people.test', password: 'x' }));
  expect(result.current).toMatchObject({ courses: [], loading: true });
  await waitFor(() => expect(asked).toHaveLength(3));
  asked[2]!.answer(refusal());
  await waitFor(() => expect(result.current.error).toMatchObject({ code: 'INVALID_PRICE_RANGE' }));
  expect(result.current.courses).toEqual([]);
});

test('asks nothing again when the session of the same person is renewed', async () => {
  const { learnflow, asked } = slowBackend();
  const { result } = mount(learnflow, {});
  await waitFor(() => expect(asked).toHaveLength(1));
  asked[0]!.answer(found('React'));
  await waitFor(() => expect(result.current.loading).toBe(false));
  await act(() => learnflow.authService.refresh('refresh'));
  await act(() => learnflow.client.auth.signInWithPassword({ email: 'bob@people.test', password: 'x' }));
  expect(result.current).toMatchObject({ courses: [{ title: 'React' }], loading: false });
  expect(asked).toHaveLength(1);
});

test('survives that React mounts everything twice in development', async () => {
  const { learnflow, asked } = slowBackend();
  const { result } = mount(learnflow, { search: 'react' }, true);
  await waitFor(() => expect(asked.filter(({ signal }) => !signal.aborted)).toHaveLength(1));
  asked.find(({ signal }) => !signal.aborted)!.answer(found('React'));
  await waitFor(() => expect(result.current.courses).toHaveLength(1));
});

test('says what is missing when there is no provider', () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(() => renderHook(() => useCourses())).toThrow('LearnFlowProvider');
  complaints.mockRestore();
});
