import { z } from 'zod';
import {
  CoursePublication,
  CourseReadiness,
  CourseTeam,
  Curriculum,
  FeaturedCourse,
  RosterPage,
  TransferredCourse,
} from './schemas/authoring.ts';
import { CountedView, CourseAnalytics, CourseLessonStats, SentContactMessage } from './schemas/analytics.ts';
import { CreatedApiKey, RevokedApiKey, SignedCaller } from './schemas/api-keys.ts';
import { CompanyEnrollment } from './schemas/company.ts';
import { Health, HealthReport } from './schemas/health.ts';
import { LessonMedia } from './schemas/media.ts';
import { Recommendations } from './schemas/recommendations.ts';
import {
  AccountState,
  ClaimedFileDeletions,
  DataExport,
  DeletedAccount,
  InstructorDecision,
  InstructorRequest,
  Me,
  RolesOfUser,
  SettledFileDeletion,
} from './schemas/account.ts';
import {
  AddedToCart,
  AddedToWishlist,
  Cart,
  Coupon,
  CouponPreview,
  MergedCart,
  WishlistPage,
} from './schemas/cart.ts';
import {
  Certificate,
  CertificateDocument,
  CertificateList,
  ClaimedCertificates,
  VerifiedCertificate,
} from './schemas/certificates.ts';
import { CategoryList, CourseDetail, CourseFlags, CoursePage, RelatedCourses } from './schemas/courses.ts';
import { ContinueLearning, DashboardStats } from './schemas/dashboard.ts';
import {
  AccessExplanation,
  EnrollmentCreated,
  EnrollmentDetail,
  EnrollmentOfUser,
  EnrollmentPage,
  EnrollmentProgress,
  LessonCompletion,
  WatchTime,
} from './schemas/enrollments.ts';
import { InvoiceDocument } from './schemas/invoices.ts';
import { Order, OrderPage } from './schemas/orders.ts';
import { ClaimedMails, DeadMailPage, Mail, SettledMail, Unsubscription } from './schemas/outbox.ts';
import {
  BegunConfirmation,
  BegunPayment,
  OpenPayments,
  PaymentState,
  RememberedPayment,
  StripeEventResult,
} from './schemas/payments.ts';
import { ClaimedRefunds, Refund, RefundDecision } from './schemas/refunds.ts';
import {
  BegunPayoutAccount,
  ClaimedTransfers,
  Earnings,
  FailedTransfer,
  MoneyAnomaly,
  MoneyAnomalyPage,
  PaymentsWithoutFee,
  Payout,
  PayoutAccounts,
  PayoutPage,
  PayoutStatement,
  PayoutStatementLines,
  RecordedFee,
} from './schemas/payouts.ts';
import {
  ModeratedReview,
  ReportedReviewPage,
  ReviewPage,
  ReviewReply,
  ReviewReport,
  ReviewVote,
  SubmittedReview,
} from './schemas/reviews.ts';
import { CountedSearch, PopularSearches, SearchResults, Suggestions } from './schemas/search.ts';

/**
 * What each function of the Data API that answers JSON answers.
 * tests/types/rpc.test.ts fails when one is missing here or in sql/.
 */
export const rpcResults = {
  // Account
  me: Me,
  create_api_key: CreatedApiKey,
  deactivate_my_account: AccountState,
  delete_my_account: DeletedAccount,
  export_my_data: DataExport,
  request_instructor: InstructorRequest,
  revoke_api_key: RevokedApiKey,
  rotate_api_key: CreatedApiKey,
  submit_contact: SentContactMessage,
  update_profile: Me,

  // Courses
  course_detail: CourseDetail,
  course_flags: CourseFlags,
  list_categories: CategoryList,
  popular_searches: PopularSearches,
  recommendations: Recommendations,
  record_course_view: CountedView,
  record_search: CountedSearch,
  related_courses: RelatedCourses,
  search: SearchResults,
  search_courses: CoursePage,
  suggest: Suggestions,

  // Authoring
  archive_course: CoursePublication,
  course_analytics: CourseAnalytics,
  course_lesson_stats: CourseLessonStats,
  course_readiness: CourseReadiness,
  course_roster: RosterPage,
  course_team: CourseTeam,
  publish_course: CoursePublication,
  reorder_curriculum: Curriculum,
  transfer_course: TransferredCourse,
  unpublish_course: CoursePublication,

  // Reviews
  list_reviews: ReviewPage,
  reply_to_review: ReviewReply,
  report_review: ReviewReport,
  submit_review: SubmittedReview,
  vote_review_helpful: ReviewVote,

  // Cart
  add_to_cart: AddedToCart,
  add_to_wishlist: AddedToWishlist,
  get_cart: Cart,
  merge_guest_cart: MergedCart,
  move_to_cart: Cart,
  my_wishlist: WishlistPage,
  create_coupon: Coupon,
  preview_coupon: CouponPreview,
  save_for_later: Cart,

  // Orders
  apply_coupon: Order,
  cancel_order: Order,
  create_order_from_cart: Order,
  explain_refund: RefundDecision,
  get_order: Order,
  my_orders: OrderPage,
  request_refund: Refund,

  // Learning
  continue_learning: ContinueLearning,
  dashboard_stats: DashboardStats,
  enroll_free: EnrollmentCreated,
  enrollment_detail: EnrollmentDetail,
  explain_access: AccessExplanation,
  issue_certificate: Certificate,
  mark_lesson_complete: LessonCompletion,
  my_certificates: CertificateList,
  my_enrollments: EnrollmentPage,
  record_watch_time: WatchTime,
  reset_progress: EnrollmentProgress,
  verify_certificate: VerifiedCertificate,

  // Earnings
  my_earnings: Earnings,
  my_payouts: PayoutPage,
  payout_statement: PayoutStatement,
  payout_statement_lines: PayoutStatementLines,
  request_payout: Payout,

  // Staff
  approve_instructor: InstructorDecision,
  create_company_key: CreatedApiKey,
  deactivate_user: AccountState,
  drop_mail: Mail,
  list_dead_mails: DeadMailPage,
  moderate_review: ModeratedReview,
  list_money_anomalies: MoneyAnomalyPage,
  refund_order: Refund,
  reported_reviews: ReportedReviewPage,
  review_course: CoursePublication,
  resolve_money_anomaly: MoneyAnomaly,
  retry_mail: Mail,
  retry_stripe_event: StripeEventResult,
  set_featured: FeaturedCourse,
  grant_enrollment: EnrollmentOfUser,
  revoke_certificate: Certificate,
  revoke_enrollment: EnrollmentOfUser,
  set_user_role: RolesOfUser,

  // Monitors
  health: Health,

  // Edge functions
  apply_stripe_event: StripeEventResult,
  authenticate_signed_request: SignedCaller,
  begin_confirmation: BegunConfirmation,
  begin_payment: BegunPayment,
  begin_payout_account: BegunPayoutAccount,
  claim_transfers: ClaimedTransfers,
  fail_transfer: FailedTransfer.nullable(),
  list_payout_accounts: PayoutAccounts,
  payments_without_fee: PaymentsWithoutFee,
  record_processing_fee: RecordedFee,
  remember_payout_account: BegunPayoutAccount,
  unsettled_transfers: z.array(z.string()),
  list_open_payments: OpenPayments,
  release_payment_attempt: PaymentState.nullable(),
  remember_payment_intent: RememberedPayment,
  attach_certificate_file: Certificate,
  certificate_document: CertificateDocument,
  claim_file_deletions: ClaimedFileDeletions,
  claim_certificates: ClaimedCertificates,
  claim_outbox: ClaimedMails,
  claim_refunds: ClaimedRefunds,
  enroll_company_staff: CompanyEnrollment,
  fail_refund: Refund.nullable(),
  health_report: HealthReport,
  invoice_document: InvoiceDocument,
  issue_lesson_media: LessonMedia,
  settle_file_deletion: SettledFileDeletion,
  settle_outbox: SettledMail,
  unsubscribe: Unsubscription,
  unprocessed_stripe_events: z.array(z.string()),
  unsettled_payment_intents: z.array(z.string()),
} as const satisfies Record<string, z.ZodType>;

export type RpcName = keyof typeof rpcResults;
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcResults)[Name]>;
