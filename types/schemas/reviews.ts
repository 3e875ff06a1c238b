import { z } from 'zod';
import { Count, Id, PersonName, StoragePath, Timestamp, page } from './common.ts';

export const Stars = z.int().min(1).max(5).describe('stars, 1 to 5');

export const Review = z.object({
  id: Id,
  author: PersonName.extend({ avatar: StoragePath.nullable() }),
  rating: Stars,
  title: z.string(),
  comment: z.string(),
  helpful_count: Count,
  created_at: Timestamp,
  updated_at: Timestamp,
  instructor_reply: z.string().nullable(),
  replied_at: Timestamp.nullable(),
  is_own: z.boolean(),
  voted_helpful: z.boolean().describe('by the caller'),
});
export type Review = z.infer<typeof Review>;

export const ReviewPage = page(Review);
export type ReviewPage = z.infer<typeof ReviewPage>;

export const SubmittedReview = Review.pick({
  id: true,
  rating: true,
  title: true,
  comment: true,
  helpful_count: true,
  created_at: true,
});
export type SubmittedReview = z.infer<typeof SubmittedReview>;

export const ReviewVote = z.object({ review_id: Id, helpful_count: Count, voted_helpful: z.boolean() });
export type ReviewVote = z.infer<typeof ReviewVote>;

export const ReviewReply = Review.pick({ id: true, instructor_reply: true, replied_at: true });
export type ReviewReply = z.infer<typeof ReviewReply>;

export const ReviewReport = z.object({ review_id: Id, reported: z.boolean() });
export type ReviewReport = z.infer<typeof ReviewReport>;

export const ModeratedReview = z.object({ id: Id, is_hidden: z.boolean(), hidden_reason: z.string() });
export type ModeratedReview = z.infer<typeof ModeratedReview>;

export const ReportedReviewPage = page(
  z.object({
    review_id: Id,
    course_id: Id,
    rating: Stars,
    title: z.string(),
    comment: z.string(),
    is_hidden: z.boolean(),
    reports: Count,
    reasons: z.array(z.string()),
    since: Timestamp,
  }),
);
export type ReportedReviewPage = z.infer<typeof ReportedReviewPage>;
