import { describe, expect, test, vi } from 'vitest';
import { type CompanyEnrollDeps, makeCompanyEnroll } from '../../functions/company-enroll/handler.ts';
import type { SignedCaller } from '../../types/schemas/api-keys.ts';
import { CompanyEnrollInput, CompanyEnrollOutput } from '../../types/schemas/company.ts';
import { bob, eve, orderId as courseId } from './support.ts';

const caller: SignedCaller = { key_id: courseId, user_id: bob.id, scopes: ['enroll'] };
const input = {
  reference: 'July',
  course_ids: [courseId],
  employees: [{ email: bob.email! }, { user_id: eve.id }],
};
const line = {
  employee: 0,
  course_id: courseId,
  status: 'given',
  code: null,
} as const;

describe('a list of employees', () => {
  test('comes back line by line, with everybody named as he was sent', async () => {
    const enroll = vi.fn<CompanyEnrollDeps['enroll']>().mockResolvedValue({
      reference: 'July',
      lines: [line, { ...line, employee: 1, status: 'refused', code: 'OWN_COURSE' }],
    });
    const answer = await makeCompanyEnroll({ enroll })(input, caller);
    expect(enroll).toHaveBeenCalledExactlyOnceWith(caller.key_id, input);
    expect(CompanyEnrollOutput.parse(answer)).toEqual({
      reference: 'July',
      given: 1,
      refused: 1,
      lines: [
        { ...line, employee: { email: bob.email } },
        {
          ...line,
          employee: { user_id: eve.id },
          status: 'refused',
          code: 'OWN_COURSE',
        },
      ],
    });
  });

  test('is not worked off for a key that may do other things', async () => {
    const enroll = vi.fn<CompanyEnrollDeps['enroll']>();
    await expect(makeCompanyEnroll({ enroll })(input, { ...caller, scopes: [] })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(enroll).not.toHaveBeenCalled();
  });

  test.each<[string, object, boolean]>([
    ['right', input, true],
    ['without a name', { ...input, reference: ' ' }, false],
    ['without courses', { ...input, course_ids: [] }, false],
    ['without people', { ...input, employees: [] }, false],
    [
      'with 101 people',
      { ...input, employees: Array.from({ length: 101 }, () => input.employees[0]) },
      false,
    ],
    [
      'with somebody named twice over',
      { ...input, employees: [{ email: bob.email, user_id: bob.id }] },
      false,
    ],
  ])('that is %s', (_, list, isValid) => {
    expect(CompanyEnrollInput.safeParse(list).success).toBe(isValid);
  });
});
