/** Held by a session while counters say what nobody counted; who looks at the whole of the data waits for it. */
export const madeUpCounters = 20261130;
