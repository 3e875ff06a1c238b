import type { UserRole } from '../../types/schemas/account.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';

export interface RefundOptions extends CallOptions {
  /** The same key gives the same refund. Without one, each call is a refund of its own. */
  idempotencyKey?: string | undefined;
}

/** What staff do. The database asks for the role again on every call. */
export const createAdminService = ({ client, query, read, write }: Api) => ({
  approveInstructor: (userId: string, note?: string, options?: CallOptions) =>
    write('approve_instructor', { user_id: userId, note }, options),

  rejectInstructor: (userId: string, note?: string, options?: CallOptions) =>
    write('approve_instructor', { user_id: userId, note, approve: false }, options),

  /** `isActive: false` closes the account and ends its sessions. */
  setUserActive: (userId: string, isActive: boolean, options?: CallOptions) =>
    write('deactivate_user', { user_id: userId, is_active: isActive }, { ...options, repeatable: true }),

  setUserRole: (userId: string, role: UserRole, hasRole: boolean, options?: CallOptions) =>
    write('set_user_role', { user_id: userId, role, has_role: hasRole }, { ...options, repeatable: true }),

  getReportedReviews: (params: RpcArgs<'reported_reviews'> = {}, options?: CallOptions) =>
    read('reported_reviews', params, options),

  hideReview: (reviewId: string, reason: string, options?: CallOptions) =>
    write('moderate_review', { review_id: reviewId, reason }, { ...options, repeatable: true }),

  showReview: (reviewId: string, options?: CallOptions) =>
    write('moderate_review', { review_id: reviewId, hidden: false }, { ...options, repeatable: true }),

  /** What waits for a decision, the longest unchanged first. */
  getCoursesInReview: (options: CallOptions = {}) =>
    query(
      client
        .from('courses')
        .select('id, slug, title, instructor_id, published_at, updated_at')
        .eq('status', 'in_review')
        .order('updated_at')
        .order('id')
        .abortSignal(signalOf(options)),
      options,
    ),

  approveCourse: (courseId: string, reason?: string, options?: CallOptions) =>
    write('review_course', { course_id: courseId, reason }, options),

  /** Sends a course back from review or takes it off sale, and holds it there until it is approved. */
  refuseCourse: (courseId: string, reason: string, options?: CallOptions) =>
    write('review_course', { course_id: courseId, approve: false, reason }, options),

  archiveCourse: (courseId: string, reason: string, options?: CallOptions) =>
    write('archive_course', { course_id: courseId, reason }, { ...options, repeatable: true }),

  setFeatured: (courseId: string, isFeatured: boolean, options?: CallOptions) =>
    write('set_featured', { course_id: courseId, is_featured: isFeatured }, { ...options, repeatable: true }),

  transferCourse: (courseId: string, newOwner: string, options?: CallOptions) =>
    write('transfer_course', { course_id: courseId, new_owner: newOwner }, options),

  /** Of all that is left of an order, or of the lines named. */
  refundOrder: (
    refund: Omit<RpcArgs<'refund_order'>, 'idempotency_key'> & { reason: string },
    { idempotencyKey = crypto.randomUUID(), signal }: RefundOptions = {},
  ) => write('refund_order', { ...refund, idempotency_key: idempotencyKey }, { signal, repeatable: true }),

  /** What waits for a person about money. */
  getMoneyAnomalies: (params: RpcArgs<'list_money_anomalies'> = {}, options?: CallOptions) =>
    read('list_money_anomalies', params, options),

  resolveMoneyAnomaly: (anomalyId: number, resolution: string, options?: CallOptions) =>
    write('resolve_money_anomaly', { anomaly_id: anomalyId, resolution }, options),

  /** Applies a quarantined event again, after what was wrong has been mended. */
  retryStripeEvent: (eventId: string, resolution: string, options?: CallOptions) =>
    write('retry_stripe_event', { event_id: eventId, resolution }, options),

  /** Mails that were given up. */
  getDeadMails: (params: RpcArgs<'list_dead_mails'> = {}, options?: CallOptions) =>
    read('list_dead_mails', params, options),

  /** Sends a mail that was given up, after what was wrong has been mended. */
  retryMail: (mailId: number, options?: CallOptions) => write('retry_mail', { mail_id: mailId }, options),

  /** Gives up a mail that has nowhere to go. */
  dropMail: (mailId: number, options?: CallOptions) => write('drop_mail', { mail_id: mailId }, options),

  grantEnrollment: (grant: RpcArgs<'grant_enrollment'> & { reason: string }, options?: CallOptions) =>
    write('grant_enrollment', grant, options),

  revokeEnrollment: (enrollmentId: string, reason: string, options?: CallOptions) =>
    write('revoke_enrollment', { enrollment_id: enrollmentId, reason }, options),

  revokeCertificate: (certificateId: string, reason: string, options?: CallOptions) =>
    write('revoke_certificate', { certificate_id: certificateId, reason }, options),

  /** A key with which a company enrols its people in these courses. */
  createCompanyKey: (key: RpcArgs<'create_company_key'>, options?: CallOptions) =>
    write('create_company_key', key, options),
});
