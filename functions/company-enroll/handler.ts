import { LearnFlowError } from '../../types/errors.ts';
import type { SignedCaller } from '../../types/schemas/api-keys.ts';
import type {
  CompanyEnrollInput,
  CompanyEnrollOutput,
  CompanyEnrollment,
} from '../../types/schemas/company.ts';

export interface CompanyEnrollDeps {
  enroll(keyId: string, input: CompanyEnrollInput): Promise<CompanyEnrollment>;
}

/**
 * A company's program gives courses to its employees. The key says which courses: an admin chose them when the key was
 * made. Each line is answered for itself, so that one wrong address does not stop the others.
 */
export const makeCompanyEnroll =
  ({ enroll }: CompanyEnrollDeps) =>
  async (input: CompanyEnrollInput, caller: SignedCaller): Promise<CompanyEnrollOutput> => {
    if (!caller.scopes.includes('enroll')) throw new LearnFlowError('FORBIDDEN');
    const { reference, lines } = await enroll(caller.key_id, input);
    const count = (status: CompanyEnrollment['lines'][number]['status']) =>
      lines.filter((line) => line.status === status).length;
    return {
      reference,
      given: count('given'),
      refused: count('refused'),
      // The database knows employees by their position only: it keeps no addresses.
      lines: lines.map((line) => ({ ...line, employee: input.employees[line.employee]! })),
    };
  };
