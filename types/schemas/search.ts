import { z } from 'zod';
import { Count, PersonName, Rating, StoragePath, page } from './common.ts';
import { Category, CoursePage } from './courses.ts';

/** An instructor as everybody sees one, with the sums of the published courses. */
export const InstructorCard = PersonName.extend({
  headline: z.string(),
  bio: z.string(),
  profile_picture: StoragePath.nullable(),
  courses_count: Count,
  students_count: Count,
  rating_count: Count,
  rating: Rating,
});
export type InstructorCard = z.infer<typeof InstructorCard>;

/** What was searched for; kinds that were not asked for are left out. */
export const SearchResults = z.object({
  courses: CoursePage.optional(),
  instructors: page(InstructorCard).optional(),
  categories: page(Category).optional(),
});
export type SearchResults = z.infer<typeof SearchResults>;
