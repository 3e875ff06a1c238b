import { z } from 'zod';
import { Id, StoragePath, Timestamp } from './common.ts';

export const SignedVideoUrlInput = z
  .object({
    lesson_id: Id.toLowerCase(),
    kind: z.enum(['video', 'resource']).default('video'),
    path: z.string().min(1).max(300).optional().describe('of the resource, as the lesson names it'),
  })
  .refine(({ kind, path }) => (kind === 'resource') === (path !== undefined), {
    path: ['path'],
    message: 'is given for a resource, and only then',
  });
export type SignedVideoUrlInput = z.infer<typeof SignedVideoUrlInput>;

export const SignedVideoUrlOutput = z.object({
  url: z.url(),
  expires_at: Timestamp.nullable().describe('null for a video that is kept elsewhere'),
  expires_in: z.int().positive().max(300).nullable().describe('seconds'),
});
export type SignedVideoUrlOutput = z.infer<typeof SignedVideoUrlOutput>;

/** The file that a person may be given an address of. */
export const LessonMedia = z.object({
  lesson_id: Id,
  course_id: Id,
  bucket: z.enum(['lesson-videos', 'lesson-resources']),
  path: StoragePath.nullable(),
  url: z.url().nullable().describe('of a video that is kept elsewhere'),
});
export type LessonMedia = z.infer<typeof LessonMedia>;
