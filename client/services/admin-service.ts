import type { UserRole } from '../../types/schemas/account.ts';
import type { Database, TablesInsert, TablesUpdate } from '../../types/database.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';

type Enums = Database['public']['Enums'];

export interface QueueParams<Status> {
  status?: Status | undefined;
  /** At most so many. */
  limit?: number | undefined;
}

export interface AuditParams {
  /** What it is about: a table, and a row of it. */
  table_name?: string | undefined;
  row_id?: string | undefined;
  /** Who did it. */
  actor_id?: string | undefined;
  /** Older than this entry. */
  before?: number | undefined;
  limit?: number | undefined;
}

export interface RefundOptions extends CallOptions {
  /** The same key gives the same refund. Without one, each call is a refund of its own. */
  idempotencyKey?: string | undefined;
}

/** What staff do. The database asks for the role again on every call. */
export const createAdminService = ({ client, query, read, write }: Api) => ({
  /** Applications to teach, first come first. */
  getInstructorRequests: async (
    { status = 'pending', limit = 50 }: QueueParams<Enums['instructor_request_status']> = {},
    options: CallOptions = {},
  ) => ({
    results: await query(
      client
        .from('instructor_requests')
        .select()
        .eq('status', status)
        .order('created_at')
        .order('id')
        .limit(limit)
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  approveInstructor: (userId: string, note?: string, options?: CallOptions) =>
    write('approve_instructor', { user_id: userId, note }, options),

  rejectInstructor: (userId: string, note?: string, options?: CallOptions) =>
    write('approve_instructor', { user_id: userId, note, approve: false }, options),

  /** Accounts with these letters in their address. */
  findPeople: async (email: string, limit = 20, options: CallOptions = {}) => ({
    results: await query(
      client
        .from('profile_private')
        .select('user_id, email, profiles(first_name, last_name, is_instructor, is_active)')
        .ilike('email', `%${email.replaceAll(/[\\%_]/g, '\\$&')}%`)
        .order('email')
        .limit(limit)
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

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

  approveCourse: (courseId: string, reason?: string, options?: CallOptions) =>
    write('review_course', { course_id: courseId, reason }, options),

  /** Sends a course back from review or takes it off sale, and holds it there until it is approved. */
  refuseCourse: (courseId: string, reason: string, options?: CallOptions) =>
    write('review_course', { course_id: courseId, approve: false, reason }, options),

  archiveCourse: (courseId: string, reason: string, options?: CallOptions) =>
    write('archive_course', { course_id: courseId, reason }, { ...options, repeatable: true }),

  /** Courses in one state, the longest there first; in_review are those that wait to be published. */
  getCourses: async (
    { status = 'in_review', limit = 50 }: QueueParams<Enums['course_status']> = {},
    options: CallOptions = {},
  ) => ({
    results: await query(
      client
        .from('courses')
        .select('id, slug, title, instructor_id, status, price_cents, currency, published_at, updated_at')
        .eq('status', status)
        .order('updated_at')
        .order('id')
        .limit(limit)
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  createCategory: (category: TablesInsert<'categories'>, options: CallOptions = {}) =>
    query(
      client.from('categories').insert(category).select().abortSignal(signalOf(options)).single(),
      options,
    ),

  updateCategory: (categoryId: string, changes: TablesUpdate<'categories'>, options: CallOptions = {}) =>
    query(
      client
        .from('categories')
        .update(changes)
        .eq('id', categoryId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),

  /** One without courses. */
  async deleteCategory(categoryId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client
        .from('categories')
        .delete()
        .eq('id', categoryId)
        .select('id')
        .abortSignal(signalOf(options))
        .single(),
      options,
    );
  },

  /** Messages to the platform, first come first. */
  getContactMessages: async (
    { status = 'new', limit = 50 }: QueueParams<Enums['contact_status']> = {},
    options: CallOptions = {},
  ) => ({
    results: await query(
      client
        .from('contact_messages')
        .select()
        .eq('status', status)
        .order('created_at')
        .order('id')
        .limit(limit)
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  setContactStatus: (messageId: string, status: Enums['contact_status'], options: CallOptions = {}) =>
    query(
      client
        .from('contact_messages')
        .update({ status })
        .eq('id', messageId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),

  /** Who changed what, latest first. */
  async getAuditLog(
    { table_name, row_id, actor_id, before, limit = 50 }: AuditParams = {},
    options: CallOptions = {},
  ) {
    let request = client.from('audit_log').select().order('id', { ascending: false }).limit(limit);
    if (table_name !== undefined) request = request.eq('table_name', table_name);
    if (row_id !== undefined) request = request.eq('row_id', row_id);
    if (actor_id !== undefined) request = request.eq('actor_id', actor_id);
    if (before !== undefined) request = request.lt('id', before);
    return { results: await query(request.abortSignal(signalOf(options)), options) };
  },

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
