import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';
import type { ReviewPayload } from './course-service.ts';

export type ReviewFilterParams = Omit<RpcArgs<'list_reviews'>, 'course_id'>;

const written = 'id, rating, title, comment, helpful_count, created_at';

/** Reviews of courses, and what readers and instructors say to them. */
export const createReviewService = ({ client, query, read, userId, write }: Api) => ({
  getReviews: (courseId: string, filters: ReviewFilterParams = {}, options?: CallOptions) =>
    read('list_reviews', { ...filters, course_id: courseId }, options),

  /** What the caller wrote about a course; null before that. */
  getOwnReview: async (courseId: string, options: CallOptions = {}) =>
    query(
      client
        .from('reviews')
        .select(written)
        .eq('course_id', courseId)
        .eq('user_id', await userId())
        .abortSignal(signalOf(options))
        .maybeSingle(),
      options,
    ),

  submitReview: (courseId: string, review: ReviewPayload, options?: CallOptions) =>
    write('submit_review', { course_id: courseId, ...review }, options),

  updateReview: (reviewId: string, changes: Partial<ReviewPayload>, options: CallOptions = {}) =>
    query(
      client
        .from('reviews')
        .update(changes as { rating?: number; title?: string; comment?: string })
        .eq('id', reviewId)
        .select(written)
        .abortSignal(signalOf(options))
        .single(),
      { ...options, notFound: 'REVIEW_NOT_FOUND' },
    ),

  async deleteReview(reviewId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client.from('reviews').delete().eq('id', reviewId).select('id').abortSignal(signalOf(options)).single(),
      { ...options, notFound: 'REVIEW_NOT_FOUND' },
    );
  },

  /** `helpful: false` takes the vote back. */
  voteHelpful: (reviewId: string, helpful = true, options?: CallOptions) =>
    write('vote_review_helpful', { review_id: reviewId, helpful }, { ...options, repeatable: true }),

  replyToReview: (reviewId: string, reply: string, options?: CallOptions) =>
    write('reply_to_review', { review_id: reviewId, reply }, { ...options, repeatable: true }),

  reportReview: (reviewId: string, reason: string, options?: CallOptions) =>
    write('report_review', { review_id: reviewId, reason }, options),
});
