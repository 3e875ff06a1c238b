const works = new Set<() => void>();

/**
 * Does something when this process ends, whatever ends it; the answer takes it back. One listener for all: after ten of
 * them Node warns, and the warning meets a hook of lite that takes words only and throws.
 */
export function atExit(work: () => void): () => void {
  if (!process.listeners('exit').includes(doAll)) process.on('exit', doAll);
  works.add(work);
  return () => void works.delete(work);
}

/** The last first: a server ends before its folder goes. */
function doAll(): void {
  for (const work of [...works].toReversed()) work();
}
