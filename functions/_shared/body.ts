import { z } from 'zod';
import { LearnFlowError } from '../../types/errors.ts';

/** Reads at most `limit` bytes, whatever Content-Length claims. */
export async function readText(request: Request, limit: number): Promise<string> {
  const tooLarge = () => new LearnFlowError('PAYLOAD_TOO_LARGE', { details: { limit_bytes: limit } });
  if (Number(request.headers.get('content-length')) > limit) throw tooLarge();

  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Not JSON is a bad request; JSON of the wrong shape is a validation error that names the fields. */
export function parseJson<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new LearnFlowError('BAD_REQUEST', { message: 'The body is not JSON.', cause });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new LearnFlowError('BAD_REQUEST', { message: 'The body must be a JSON object.' });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new LearnFlowError('VALIDATION_ERROR', {
    details: Object.fromEntries(result.error.issues.map(({ path, message }) => [path.join('.'), message])),
    cause: result.error,
  });
}
