import type { LessonMedia, SignedVideoUrlInput, SignedVideoUrlOutput } from '../../types/schemas/media.ts';
import type { Caller, Visitor } from '../_shared/auth.ts';

export interface SignedVideoUrlDeps {
  /** What this person or visitor may be given an address of; the database decides, by the rule of the rows. */
  find(who: Caller | Visitor, lessonId: string, resourcePath: string | undefined): Promise<LessonMedia>;
  /** An address that opens this file, for so many seconds, to whoever has it. */
  sign(bucket: string, path: string, seconds: number): Promise<string>;
  now: () => number;
}

/** As long as a student needs to press play; a player that goes on asks again. */
const LIFETIME_SECONDS = 300;

export const makeSignedVideoUrl =
  ({ find, sign, now }: SignedVideoUrlDeps) =>
  async (input: SignedVideoUrlInput, caller: Caller | Visitor): Promise<SignedVideoUrlOutput> => {
    const { bucket, path, url } = await find(caller, input.lesson_id, input.path);
    // A video that is kept elsewhere is protected there, or not at all.
    if (path === null) return { url: url!, expires_at: null, expires_in: null };

    const expiresAt = now() + LIFETIME_SECONDS * 1000;
    return {
      url: await sign(bucket, path, LIFETIME_SECONDS),
      expires_at: new Date(expiresAt).toISOString(),
      expires_in: LIFETIME_SECONDS,
    };
  };
