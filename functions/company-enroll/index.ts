// POST {reference, course_ids, employees}, signed with an API key → 200 with a line for each employee and course.
// Errors: FORBIDDEN 403, VALIDATION_ERROR 422.
import { createAdminClient } from '@supabase/server/core';
import { CompanyEnrollInput } from '../../types/schemas/company.ts';
import { createCallDatabase } from '../_shared/database.ts';
import { log } from '../_shared/log.ts';
import { signedEndpoint } from '../_shared/signed-endpoint.ts';
import { makeCompanyEnroll } from './handler.ts';

const call = createCallDatabase(createAdminClient());

export default {
  fetch: signedEndpoint({
    name: 'company-enroll',
    log,
    authenticate: (request) => call('authenticate_signed_request', { ...request }),
    input: CompanyEnrollInput,
    maxBodyBytes: 65_536,
    handle: makeCompanyEnroll({
      enroll: (key_id, { reference, course_ids, employees }) =>
        call('enroll_company_staff', { key_id, reference, course_ids, employees }),
    }),
  }),
};
