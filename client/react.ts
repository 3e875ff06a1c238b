import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
} from 'react';
import type { LearnFlowError } from '../types/errors.ts';
import type { LearnFlow } from './create-learnflow.ts';
import type { CourseFilterParams } from './services/course-service.ts';

const Context = createContext<LearnFlow | null>(null);

/** Gives the hooks below it their services. */
export const LearnFlowProvider = ({ learnflow, children }: { learnflow: LearnFlow; children?: ReactNode }) =>
  createElement(Context.Provider, { value: learnflow }, children);

export function useLearnFlow(): LearnFlow {
  const learnflow = useContext(Context);
  if (!learnflow) throw new Error('useLearnFlow needs a LearnFlowProvider above it');
  return learnflow;
}

export interface QueryState<Data> {
  /** The last answer; it stays while the next one is loading. */
  data: Data | undefined;
  loading: boolean;
  error: LearnFlowError | null;
  /** Asks again. */
  reload: () => void;
}

/**
 * Asks when the component appears and whenever the key changes. An answer to an old question is given up and never
 * shown, and nothing is set once the component has gone.
 *
 * @param key - says what is asked; equal keys are the same question
 */
export function useQuery<Data>(key: string, ask: (signal: AbortSignal) => Promise<Data>): QueryState<Data> {
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<{
    to: string;
    data: Data | undefined;
    error: LearnFlowError | null;
  }>();
  const question = `${round} ${key}`;

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    ask(signal).then(
      (data) => {
        if (!signal.aborted) setAnswer({ to: question, data, error: null });
      },
      (error: LearnFlowError) => {
        if (!signal.aborted) setAnswer((last) => ({ to: question, data: last?.data, error }));
      },
    );
    return () => controller.abort();
    // `ask` is a new function at each render; the question says when it asks for something else.
  }, [question]);

  const loading = answer?.to !== question;
  return {
    data: answer?.data,
    loading,
    error: loading ? null : answer.error,
    reload: useCallback(() => setRound((last) => last + 1), []),
  };
}

/** The catalogue. Filters are compared by what they say, so they may be a new object at each render. */
export function useCourses(filters: CourseFilterParams = {}) {
  const { courseService } = useLearnFlow();
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined);
  const key = JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const { data, ...state } = useQuery(key, (signal) => courseService.getCourses(filters, { signal }));
  return { courses: data?.results ?? [], data, ...state };
}
