// The scheduler posts {} → 200 {folders, files, failures}: empties the folders of people who were erased.
// Errors: VALIDATION_ERROR 422.
import { createAdminClient } from '@supabase/server/core';
import { z } from 'zod';
import { createCallDatabase } from '../_shared/database.ts';
import { readWorkerEnv } from '../_shared/env.ts';
import { log } from '../_shared/log.ts';
import { createRequireOperator } from '../_shared/operator.ts';
import { workerEndpoint } from '../_shared/worker-endpoint.ts';
import { makeDeleteFiles } from './handler.ts';

const env = readWorkerEnv();
const supabase = createAdminClient();
const call = createCallDatabase(supabase);

export default {
  fetch: workerEndpoint({
    name: 'delete-files',
    log,
    requireOperator: createRequireOperator(env.CRON_SECRET),
    input: z.strictObject({}),
    work: makeDeleteFiles({
      claim: () => call('claim_file_deletions', {}),
      settle: (id, error) => call('settle_file_deletion', error === null ? { id } : { id, error }),
      async list(bucket, folder) {
        const { data, error } = await supabase.storage.from(bucket).list(folder, { limit: 100 });
        if (error) throw error;
        return data.map(({ name, id }) => ({ name, isFolder: id === null }));
      },
      async remove(bucket, paths) {
        const { data, error } = await supabase.storage.from(bucket).remove(paths);
        if (error) throw error;
        return data.length;
      },
    }),
  }),
};
