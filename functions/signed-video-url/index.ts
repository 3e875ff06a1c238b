// POST {lesson_id, kind?, path?}, signed in or, for a preview, with the publishable key → 200 {url, expires_at, expires_in}.
// Errors: FILE_NOT_FOUND 404, VALIDATION_ERROR 422.
import { createAdminClient } from '@supabase/server/core';
import { SignedVideoUrlInput } from '../../types/schemas/media.ts';
import { createRecognize } from '../_shared/auth.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { readMediaEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createSignFile } from '../_shared/sign-file.ts';
import { userEndpoint } from '../_shared/user-endpoint.ts';
import { makeSignedVideoUrl } from './handler.ts';

const env = readMediaEnv();
const admin = createAdminClient();
const call = createCallDatabase(admin);

export default {
  fetch: userEndpoint({
    name: 'signed-video-url',
    allowedOrigins: env.ALLOWED_ORIGINS,
    log,
    authenticate: createRecognize(),
    input: SignedVideoUrlInput,
    status: 200,
    // Who was given what: how a leak is found.
    facts: ({ lesson_id, kind, path }) => ({ lesson_id, kind, path }),
    handle: makeSignedVideoUrl({
      find: (who, lesson_id, path) =>
        call('issue_lesson_media', {
          lesson_id,
          ...(who.id === null
            ? { ...(who.address !== undefined && { visitor_address: who.address }) }
            : { user_id: who.id }),
          ...(path !== undefined && { resource_path: path }),
        }),
      sign: createSignFile(admin, env.API_URL),
      now: Date.now,
    }),
  }),
};
