import { z } from 'zod';
import { Id } from './common.ts';

const Employee = z.union([
  z.strictObject({ email: z.email().max(320) }),
  z.strictObject({ user_id: Id.toLowerCase() }),
]);

export const CompanyEnrollInput = z.object({
  reference: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .describe('your name for this list; sending it again changes nothing'),
  course_ids: z.array(Id.toLowerCase()).min(1).max(20),
  employees: z.array(Employee).min(1).max(100),
});
export type CompanyEnrollInput = z.infer<typeof CompanyEnrollInput>;

/** What the database did with a list; employees by their position in it, from 0. */
export const CompanyEnrollment = z.object({
  reference: z.string(),
  lines: z.array(
    z.object({
      employee: z.int().nonnegative(),
      course_id: Id,
      status: z
        .enum(['given', 'refused'])
        .describe(
          'given: now, or as soon as an account has confirmed the address; which of them is not told',
        ),
      code: z
        .enum(['PROFILE_NOT_FOUND', 'COURSE_NOT_FOUND', 'OWN_COURSE', 'SEATS_EXHAUSTED'])
        .nullable()
        .describe('why it was refused'),
    }),
  ),
});
export type CompanyEnrollment = z.infer<typeof CompanyEnrollment>;

const Line = CompanyEnrollment.shape.lines.element;

export const CompanyEnrollOutput = z.object({
  reference: z.string(),
  given: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  lines: z.array(Line.extend({ employee: Employee.describe('as it was sent') })),
});
export type CompanyEnrollOutput = z.infer<typeof CompanyEnrollOutput>;
