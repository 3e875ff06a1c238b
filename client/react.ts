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

/** How often somebody else has come: what was asked in an earlier turn was answered to another person. */
const Turn = createContext(0);

/** Gives the hooks below it their services. */
export function LearnFlowProvider({ learnflow, children }: { learnflow: LearnFlow; children?: ReactNode }) {
  const turn = useTurn(learnflow);
  return createElement(
    Context.Provider,
    { value: learnflow },
    createElement(Turn.Provider, { value: turn }, children),
  );
}

function useTurn({ client }: LearnFlow): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let person: string | null | undefined;
    const { data } = client.auth.onAuthStateChange((_, session) => {
      const next = session?.user.id ?? null;
      // The first event says who is there already; a renewed session is the same person.
      if (person !== undefined && next !== person) setTurn((last) => last + 1);
      person = next;
    });
    return () => data.subscription.unsubscribe();
  }, [client]);
  return turn;
}

export function useLearnFlow(): LearnFlow {
  const learnflow = useContext(Context);
  if (!learnflow) throw new Error('useLearnFlow needs a LearnFlowProvider above it');
  return learnflow;
}

export interface QueryState<Data> {
  /** The last answer to this person; it stays while the next one is loading. */
  data: Data | undefined;
  loading: boolean;
  error: LearnFlowError | null;
  /** Asks again. */
  reload: () => void;
}

/**
 * Asks when the component appears, whenever the key changes, and when somebody else signs in. An answer to an old question is given up and never
 * shown, and nothing is set once the component has gone.
 *
 * @param key - says what is asked; equal keys are the same question
 */
export function useQuery<Data>(key: string, ask: (signal: AbortSignal) => Promise<Data>): QueryState<Data> {
  const turn = useContext(Turn);
  const [round, setRound] = useState(0);
  const [last, setAnswer] = useState<{
    to: string;
    turn: number;
    data: Data | undefined;
    error: LearnFlowError | null;
  }>();
  const answer = last?.turn === turn ? last : undefined;
  const question = `${turn} ${round} ${key}`;

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    ask(signal).then(
      (data) => {
        if (!signal.aborted) setAnswer({ to: question, turn, data, error: null });
      },
      (error: LearnFlowError) => {
        if (signal.aborted) return;
        setAnswer((before) => ({
          to: question,
          turn,
          data: before?.turn === turn ? before.data : undefined,
          error,
        }));
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
