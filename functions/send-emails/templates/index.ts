import type { Template } from '../template.ts';
import { accessRestored } from './access-restored.ts';
import { accessRevoked } from './access-revoked.ts';
import { certificate } from './certificate.ts';
import { courseDecision } from './course-decision.ts';
import { certificateRevoked } from './certificate-revoked.ts';
import { enrollmentConfirmation } from './enrollment-confirmation.ts';
import { instructorApproved } from './instructor-approved.ts';
import { priceFall } from './price-fall.ts';
import { receipt } from './receipt.ts';
import { refund } from './refund.ts';
import { reviewReply } from './review-reply.ts';
import { weeklySummary } from './weekly-summary.ts';

/** The mails that exist, by their names in private.mail_template; a test compares the two. */
export const templates: Readonly<Record<string, Template>> = {
  enrollment_confirmation: enrollmentConfirmation,
  receipt,
  refund,
  access_revoked: accessRevoked,
  access_restored: accessRestored,
  certificate,
  certificate_revoked: certificateRevoked,
  instructor_approved: instructorApproved,
  weekly_summary: weeklySummary,
  review_reply: reviewReply,
  price_fall: priceFall,
  course_decision: courseDecision,
};
