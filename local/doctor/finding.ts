/** What one look at a deployment has found. */
export interface Finding {
  /** problem: it does not work, or is not safe. warning: it may be meant so. skipped: nobody could look. */
  level: 'ok' | 'warning' | 'problem' | 'skipped';
  what: string;
  /** How to mend it. */
  fix?: string;
}

export const ok = (what: string): Finding => ({ level: 'ok', what });
export const problem = (what: string, fix: string): Finding => ({ level: 'problem', what, fix });
export const warning = (what: string, fix: string): Finding => ({ level: 'warning', what, fix });
export const skipped = (what: string, fix: string): Finding => ({ level: 'skipped', what, fix });

/** One finding for good and bad news. */
export const judge = (isGood: boolean, good: string, bad: string, fix: string): Finding =>
  isGood ? ok(good) : problem(bad, fix);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The first few of many. */
export const some = (names: readonly string[], shown = 5): string =>
  names.slice(0, shown).join(', ') + (names.length > shown ? ` and ${names.length - shown} more` : '');
