import { z } from 'zod';
import { Hours, Id, StoragePath, Timestamp } from './common.ts';

const CertificateStatus = z.enum(['valid', 'revoked']);

export const Certificate = z.object({
  id: Id,
  enrollment_id: Id,
  course_id: Id,
  code: z.string().describe('serial that anybody can verify'),
  certificate_url: z.string().describe('path in the app'),
  status: CertificateStatus,
  student_name: z.string(),
  course_title: z.string(),
  instructor_name: z.string(),
  duration_hours: Hours,
  completed_at: Timestamp,
  issued_at: Timestamp,
  file_path: StoragePath.nullable().describe('PDF in the bucket certificates'),
  revoked_at: Timestamp.nullable(),
  revoke_reason: z.string().nullable(),
});
export type Certificate = z.infer<typeof Certificate>;

/** What a stranger learns about a certificate. */
export const VerifiedCertificate = z.object({
  status: CertificateStatus,
  student_name: z.string(),
  course_title: z.string(),
  completed_at: Timestamp,
});
export type VerifiedCertificate = z.infer<typeof VerifiedCertificate>;

export const CertificateList = z.object({ results: z.array(Certificate) });
export type CertificateList = z.infer<typeof CertificateList>;

/** Everything that a printed certificate shows, for the function that prints it. */
export const CertificateDocument = Certificate.extend({ user_id: Id, content_hash: z.string() });
export type CertificateDocument = z.infer<typeof CertificateDocument>;

/** Certificates that the certificate worker has claimed and must print. */
export const ClaimedCertificates = z.array(CertificateDocument);
export type ClaimedCertificates = z.infer<typeof ClaimedCertificates>;

/** Without an id: some of those that wait. */
export const GenerateCertificateInput = z.object({ certificate_id: Id.optional() });
export type GenerateCertificateInput = z.infer<typeof GenerateCertificateInput>;

export const GenerateCertificateReport = z.object({
  printed: z.int(),
  failed: z.int().describe('tried again later'),
});
export type GenerateCertificateReport = z.infer<typeof GenerateCertificateReport>;
