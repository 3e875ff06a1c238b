/** Tries again until the assertions hold, and gives what they found: for what a webhook does a moment later. */
export async function eventually<Result>(
  assertions: () => Promise<Result>,
  withinMs = 10_000,
): Promise<Result> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
