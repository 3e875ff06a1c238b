import { z } from 'zod';
import { Count, PersonName, Rating, StoragePath, page } from './common.ts';
import { Category, CourseCard, CoursePage } from './courses.ts';

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

/** What somebody who is still typing may be looking for. */
export const Suggestions = z.object({
  courses: z.array(CourseCard.pick({ id: true, title: true, slug: true, thumbnail: true })),
  instructors: z.array(PersonName),
  categories: z.array(Category.pick({ name: true, slug: true, icon: true })),
  terms: z.array(z.string()).describe('popular searches'),
});
export type Suggestions = z.infer<typeof Suggestions>;

export const PopularSearches = z.object({ results: z.array(z.string()) });
export type PopularSearches = z.infer<typeof PopularSearches>;

export const CountedSearch = z.object({ counted: z.boolean() });
export type CountedSearch = z.infer<typeof CountedSearch>;
