import { beforeAll, describe, expect, test } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { learnflow } from '../support/learnflow.ts';
import { asOwner, cast, type Person } from '../support/people.ts';

const picture = () => new Blob(['a picture'], { type: 'image/png' });

/** What no sample of the requirements shows, on a running stack. */
describe('the other services', () => {
  let people: Record<'ada' | 'bob' | 'eve' | 'ruth', Person>;
  let ada: LearnFlow;
  let bob: LearnFlow;
  let eve: LearnFlow;
  let ruth: LearnFlow;
  let free: CreatedCourse;
  let enrollmentId: string;

  beforeAll(async () => {
    people = await cast();
    [ada, bob, eve, ruth] = [people.ada, people.bob, people.eve, people.ruth].map(({ client }) =>
      learnflow(client),
    ) as [LearnFlow, LearnFlow, LearnFlow, LearnFlow];
    free = await createCourse(people.ada, { price_cents: 0, lessons: 2 });
    ({ id: enrollmentId } = await bob.courseService.enrollCourse(free.id));
  });

  test('Ada writes a course from nothing, sees what is missing, and publishes it', async () => {
    const { instructorService } = ada;
    const { id } = await instructorService.createCourse({ title: 'Cooking for one', price_cents: 1999 });
    expect((await instructorService.getReadiness(id)).can_publish).toBe(false);
    await instructorService.updateCourse(id, {
      short_description: 'Small pans.',
      description: 'Everything about cooking for one person, slowly and with examples.',
      category_id: await asOwner(
        async (sql) => (await sql`select id from public.categories limit 1`)[0]!['id'],
      ),
    });
    await instructorService.uploadThumbnail(id, picture());
    const section = await instructorService.createSection({ course_id: id, title: 'Pans', position: 1 });
    const lesson = await instructorService.createLesson({
      section_id: section.id,
      title: 'A small pan',
      duration_seconds: 300,
      position: 1,
    });
    await instructorService.saveLessonContent({ lesson_id: lesson.id, body: 'Buy one.' });
    await instructorService.saveLessonContent({ lesson_id: lesson.id, body: 'Buy a good one.' });
    await instructorService.reorderCurriculum({
      course_id: id,
      curriculum: [{ id: section.id, lessons: [lesson.id] }],
    });
    expect(await instructorService.getReadiness(id)).toMatchObject({ can_publish: true, issues: [] });

    expect(await instructorService.publishCourse(id)).toMatchObject({ is_published: true });
    expect((await instructorService.getMyCourses()).results.map((course) => course.id)).toContain(id);
    expect(await ada.courseService.getLessonContent(lesson.id)).toMatchObject({ body: 'Buy a good one.' });
    expect(await eve.courseService.getLessonContent(lesson.id)).toBeNull();
    expect((await instructorService.getTeam(id)).results).toMatchObject([{ role: 'owner' }]);
    expect((await instructorService.unpublishCourse(id)).status).toBe('unpublished');
    expect((await instructorService.archiveCourse(id)).status).toBe('archived');
  });

  test('a draft can be thrown away, what belongs to others cannot', async () => {
    const { id } = await ada.instructorService.createCourse({ title: 'Nothing yet' });
    await expect(eve.instructorService.deleteCourse(id)).rejects.toMatchObject({ code: 'COURSE_NOT_FOUND' });
    await ada.instructorService.deleteCourse(id);
    await expect(ada.courseService.getCourseDetail(id)).rejects.toMatchObject({ code: 'COURSE_NOT_FOUND' });
  });

  test('everybody sees Ada with her picture, and Ada her students', async () => {
    await ada.profileService.uploadAvatar(picture());
    const seen = await learnflow().instructorService.getInstructor(people.ada.id);
    expect((await fetch(seen.profile_picture!)).status).toBe(200);
    expect((await ada.instructorService.getRoster(free.id)).results).toMatchObject([{ first_name: 'Bob' }]);
  });

  test('Bob watches, and may start again', async () => {
    const stretch = { lesson_id: free.lesson_ids[0]!, from_second: 0, to_second: 20, position_second: 20 };
    expect(await bob.enrollmentService.recordWatchTime(stretch)).toMatchObject({ position_seconds: 20 });
    const { markLessonComplete, markLessonIncomplete } = bob.enrollmentService;
    expect((await markLessonComplete(enrollmentId, stretch.lesson_id)).enrollment_progress).toBe(50);
    expect((await markLessonIncomplete(enrollmentId, stretch.lesson_id)).enrollment_progress).toBe(0);
    expect(await bob.enrollmentService.resetProgress(enrollmentId)).toMatchObject({ lessons_completed: 0 });
    expect(await bob.enrollmentService.explainAccess(free.id)).toMatchObject({ has_access: true });
  });

  test('reviews are voted for, answered, reported, hidden and shown, changed and removed', async () => {
    const { id } = await bob.reviewService.submitReview(free.id, { rating: 3 });
    expect(await eve.reviewService.voteHelpful(id)).toMatchObject({ helpful_count: 1 });
    expect(await eve.reviewService.voteHelpful(id, false)).toMatchObject({ helpful_count: 0 });
    expect(await ada.reviewService.replyToReview(id, 'Thank you.')).toMatchObject({
      instructor_reply: 'Thank you.',
    });
    await eve.reviewService.reportReview(id, 'Too short.');
    const reported = await ruth.adminService.getReportedReviews();
    expect(reported.results.map(({ review_id }) => review_id)).toContain(id);
    expect(await ruth.adminService.hideReview(id, 'Says nothing.')).toMatchObject({ is_hidden: true });
    expect(await ruth.adminService.showReview(id)).toMatchObject({ is_hidden: false });
    expect(await bob.reviewService.updateReview(id, { comment: 'Good pans.' })).toMatchObject({ rating: 3 });
    await expect(eve.reviewService.deleteReview(id)).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND' });
    await bob.reviewService.deleteReview(id);
    expect((await bob.reviewService.getReviews(free.id)).count).toBe(0);
  });

  test('a wish is kept, with the picture of the course', async () => {
    const { addToWishlist, getWishlist, removeFromWishlist } = eve.wishlistService;
    await addToWishlist(free.id);
    const { results } = await getWishlist();
    expect(results[0]!.course.thumbnail).toMatch(/^http/);
    await removeFromWishlist(free.id);
    expect((await getWishlist()).results).toEqual([]);
  });

  test('a notification is read, alone or with all others, and removed', async () => {
    const { notificationService } = bob;
    await eventually(async () => {
      const { results } = await notificationService.getNotifications({ unread: true });
      expect(results.length).toBeGreaterThan(0);
    });
    const [first] = (await notificationService.getNotifications()).results;
    expect((await notificationService.markRead(first!.id)).read_at).not.toBeNull();
    await expect(eve.notificationService.markRead(first!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await notificationService.markAllRead();
    expect((await notificationService.getNotifications({ unread: true })).results).toEqual([]);
    const before = await notificationService.getNotifications({ before: first!.created_at });
    expect(before.results.map(({ id }) => id)).not.toContain(first!.id);
    await notificationService.deleteNotification(first!.id);

    expect(await notificationService.updatePreferences({ weekly_summary: false })).toMatchObject({
      weekly_summary: false,
    });
    expect(await notificationService.getPreferences()).toMatchObject({ weekly_summary: false });
  });

  test('staff give and take access, roles and the front page', async () => {
    const { adminService } = ruth;
    const granted = await adminService.grantEnrollment({
      student_id: people.eve.id,
      course_id: free.id,
      reason: 'A prize.',
    });
    expect(await adminService.revokeEnrollment(granted.id, 'A mistake.')).toMatchObject({
      status: 'revoked',
    });
    await eve.instructorService.requestInstructor('I cook every day.');
    expect(await adminService.rejectInstructor(people.eve.id, 'Later.')).toMatchObject({
      status: 'rejected',
    });
    expect(await adminService.setUserRole(people.eve.id, 'moderator', true)).toMatchObject({
      roles: ['moderator'],
    });
    expect(await adminService.setFeatured(free.id, true)).toMatchObject({ is_featured: true });
    await adminService.setFeatured(free.id, false);
  });

  test('staff takes a course off sale, and Ada has to ask', async () => {
    const { adminService } = ruth;
    const made = await createCourse(people.ada, { title: 'Copied', price_cents: 0, lessons: 1 });
    expect(await adminService.refuseCourse(made.id, 'Copied.')).toMatchObject({ status: 'unpublished' });
    expect((await ada.instructorService.getReadiness(made.id)).held_reason).toBe('Copied.');
    expect(await ada.instructorService.publishCourse(made.id)).toMatchObject({ status: 'in_review' });
    expect((await adminService.getCoursesInReview()).map(({ id }) => id)).toEqual([made.id]);
    expect(await adminService.approveCourse(made.id)).toMatchObject({ status: 'published' });
    expect(await adminService.archiveCourse(made.id, 'Copied again.')).toMatchObject({ status: 'archived' });
  });

  test('who closes the account is out, and is let in again by staff only', async () => {
    const { email, password, id } = people.eve;
    await eve.profileService.deactivateMyAccount();
    const again = learnflow();
    await again.authService.login({ email, password });
    await expect(again.profileService.updateProfile({ bio: 'Back.' })).rejects.toMatchObject({
      code: 'ACCOUNT_DISABLED',
    });
    await ruth.adminService.setUserActive(id, true);
    await again.profileService.updateProfile({ bio: 'Back.' });
    await eve.authService.login({ email, password });
  });

  test('keys are made, renewed and revoked', async () => {
    const made = await ada.apiKeyService.createApiKey({ name: 'My program' });
    const renewed = await ada.apiKeyService.rotateApiKey({ key_id: made.id, overlap_hours: 0 });
    expect(renewed.key).not.toBe(made.key);
    expect(await ada.apiKeyService.revokeApiKey(renewed.id)).toMatchObject({ is_active: false });
  });

  test('Bob takes his data with him, and is gone', async () => {
    const { tables } = await bob.profileService.exportMyData();
    expect(tables['public.enrollments']).toHaveLength(1);
    await bob.profileService.deleteMyAccount(people.bob.email);
    await expect(bob.authService.me()).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    const { email, password } = people.bob;
    await expect(learnflow().authService.login({ email, password })).rejects.toMatchObject({
      name: 'LearnFlowError',
    });
  });

  test('a forgotten password sends a link, and says the same to a stranger', async () => {
    await learnflow().authService.requestPasswordReset(people.eve.email);
    await learnflow().authService.requestPasswordReset('nobody@people.test');
  });
});
