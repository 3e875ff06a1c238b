import { redact } from './redact.ts';
import { tracker } from './tracker.ts';

export type LogFields = Record<string, unknown>;
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: LogFields) => void;

/** One JSON object a line: what log drains and `jq` read. */
export const createLog =
  (
    write: (line: string) => void,
    now: () => Date = () => new Date(),
    report: (message: string, fields: LogFields) => void = () => {},
  ): Log =>
  (level, message, fields = {}) => {
    write(JSON.stringify({ time: now().toISOString(), level, message, ...(redact(fields) as LogFields) }));
    if (level === 'error') report(message, fields);
  };

export const log: Log = createLog((line) => console.log(line), undefined, tracker.report);
