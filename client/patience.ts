/** Longest wait for an answer, with every try and every wait between them; the backend gives its own after 13 seconds. */
const patience = 14_500;

/** A signal that ends with the caller's, or when nobody would wait any longer. */
export const inPatience = (signal?: AbortSignal | null): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(patience), ...(signal ? [signal] : [])]);
