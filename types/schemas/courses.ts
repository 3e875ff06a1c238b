import { z } from 'zod';
import {
  Amount,
  Count,
  Currency,
  Hours,
  Id,
  Minutes,
  Percent,
  PersonName,
  Rating,
  StoragePath,
  Timestamp,
  page,
} from './common.ts';

export const CourseLevel = z.enum(['beginner', 'intermediate', 'advanced']);
export type CourseLevel = z.infer<typeof CourseLevel>;

export const CourseStatus = z.enum(['draft', 'in_review', 'published', 'unpublished', 'archived']);
export type CourseStatus = z.infer<typeof CourseStatus>;

/** A course as a list shows it, with the caller's own flags. */
export const CourseCard = z.object({
  id: Id,
  title: z.string(),
  slug: z.string(),
  instructor: PersonName,
  thumbnail: StoragePath.nullable(),
  rating: Rating,
  rating_count: Count,
  student_count: Count,
  duration_hours: Hours,
  level: CourseLevel,
  price: Amount,
  original_price: Amount.nullable().describe('null when the price is not lowered'),
  discount_percent: Percent,
  currency: Currency,
  category: z.string().nullable(),
  category_slug: z.string().nullable(),
  is_bestseller: z.boolean(),
  is_new: z.boolean(),
  is_featured: z.boolean(),
  enrolled: z.boolean(),
  in_cart: z.boolean(),
  in_wishlist: z.boolean(),
});
export type CourseCard = z.infer<typeof CourseCard>;

/** How many courses each value of each filter would show, counted without that filter itself. */
export const CourseFacets = z.object({
  category: z.array(z.object({ category: z.string().describe('slug'), name: z.string(), count: Count })),
  level: z.array(z.object({ level: CourseLevel, count: Count })),
  language: z.array(z.object({ language: z.string(), count: Count })),
  price: z.array(z.object({ min_price: Amount, max_price: Amount.nullable(), count: Count })),
  rating: z.array(z.object({ rating_min: Rating, count: Count })),
});
export type CourseFacets = z.infer<typeof CourseFacets>;

export const CoursePage = page(CourseCard).extend({
  facets: CourseFacets.optional().describe('only when asked for'),
});
export type CoursePage = z.infer<typeof CoursePage>;

export const RelatedCourses = z.object({
  results: z.array(
    CourseCard.extend({
      reason: z.object({ kind: z.enum(['students_also_took', 'same_category', 'same_instructor']) }),
    }),
  ),
});
export type RelatedCourses = z.infer<typeof RelatedCourses>;

/** Which courses are the caller's in one way or another. */
export const CourseFlags = z.object({
  enrolled: z.array(Id),
  in_cart: z.array(Id),
  in_wishlist: z.array(Id),
});
export type CourseFlags = z.infer<typeof CourseFlags>;

export const CourseLesson = z.object({
  id: Id,
  title: z.string(),
  description: z.string(),
  duration_minutes: Minutes,
  order: z.int(),
  is_preview: z.boolean(),
  video_url: z.url().nullable().describe('null unless the caller may watch'),
  video_path: StoragePath.nullable().describe('null unless the caller may watch'),
  completed: z.boolean(),
});
export type CourseLesson = z.infer<typeof CourseLesson>;

export const CourseSection = z.object({
  id: Id,
  title: z.string(),
  description: z.string(),
  order: z.int(),
  total_lessons: Count,
  total_duration_minutes: Minutes,
  lessons: z.array(CourseLesson),
});
export type CourseSection = z.infer<typeof CourseSection>;

export const RecentReview = z.object({
  id: Id,
  author: z.string(),
  avatar: StoragePath.nullable(),
  rating: z.int().min(1).max(5),
  title: z.string(),
  date: Timestamp,
  comment: z.string(),
  helpful_count: Count,
});
export type RecentReview = z.infer<typeof RecentReview>;

export const RatingDistribution = z.object({ '5': Count, '4': Count, '3': Count, '2': Count, '1': Count });
export type RatingDistribution = z.infer<typeof RatingDistribution>;

/** Who teaches a course, with the sums of what is on sale. */
export const CourseInstructor = PersonName.extend({
  profile: z.object({
    headline: z.string(),
    bio: z.string(),
    profile_picture: StoragePath.nullable(),
    courses_count: Count,
    students_count: Count,
    rating: Rating,
  }),
});
export type CourseInstructor = z.infer<typeof CourseInstructor>;

export const CourseDetail = CourseCard.extend({
  description: z.string(),
  short_description: z.string(),
  instructor: CourseInstructor.nullable(),
  instructors: z.array(CourseInstructor).describe('who teaches it beside the owner'),
  preview_video_url: z.url().nullable(),
  language: z.string(),
  review_count: Count,
  last_updated: Timestamp,
  published_at: Timestamp.nullable(),
  status: CourseStatus,
  is_published: z.boolean(),
  lowest_price_30_days: Amount.nullable().describe(
    'of the 30 days before the present price began; null when it never had another',
  ),
  outcomes: z.array(z.string()),
  requirements: z.array(z.string()),
  curriculum: z.array(CourseSection),
  reviews: z.object({
    count: Count,
    rating: Rating,
    distribution: RatingDistribution,
    recent: z.array(RecentReview),
  }),
  progress: Percent.nullable().describe('null when not enrolled'),
  enrollment_id: Id.nullable(),
});
export type CourseDetail = z.infer<typeof CourseDetail>;

export const Category = z.object({
  id: Id,
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  icon: z.string().describe('name of a Lucide icon'),
  course_count: Count.describe('published courses'),
});
export type Category = z.infer<typeof Category>;

export const CategoryList = z.object({ results: z.array(Category) });
export type CategoryList = z.infer<typeof CategoryList>;
