import { beforeAll, describe, expect, test } from 'vitest';
import type { LearnFlow } from '../../client/create-learnflow.ts';
import { createCourse, type CreatedCourse } from '../support/courses.ts';
import { eventually } from '../support/eventually.ts';
import { learnflow } from '../support/learnflow.ts';
import { mailsTo } from '../support/mailbox.ts';
import { asOwner, cast, type Person, signUp } from '../support/people.ts';

const picture = () => new Blob(['a picture'], { type: 'image/png' });

/** Who has applied to teach, and which courses wait to be published, as somebody is told. */
const applicants = async ({ adminService }: LearnFlow) =>
  (await adminService.getInstructorRequests({ limit: 1000 })).results.map(({ user_id }) => user_id);
const waitingFor = async ({ adminService }: LearnFlow) =>
  (await adminService.getCourses({ limit: 1000 })).results.map(({ id }) => id);

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

  // One order may be open, and lite took its index for the promise that there is but one.
  test('Bob reads his profile with all his orders', async () => {
    const { data, error } = await people.bob.client
      .from('profiles')
      .select('id, orders!orders_user_id_fkey(id)')
      .eq('id', people.bob.id);
    expect(error).toBeNull();
    expect(data![0]!.orders).toBeInstanceOf(Array);
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

  test('Ada changes her course part by part, and Eve changes none of it', async () => {
    const mine = ada.instructorService;
    const hers = eve.instructorService;
    const { id: course_id } = await mine.createCourse({ title: 'Cooking for two' });
    const section = await mine.createSection({ course_id, title: 'Pans' } as never);
    const { id } = await mine.createLesson({ section_id: section.id, title: 'A pan' } as never);
    expect(await mine.updateSection(section.id, { title: 'Pots' })).toMatchObject({ title: 'Pots' });
    expect(await mine.updateLesson(id, { is_preview: true })).toMatchObject({
      title: 'A pan',
      is_preview: true,
    });
    for (const refused of [() => hers.updateLesson(id, { title: 'Mine' }), () => hers.deleteLesson(id)])
      await expect(refused()).rejects.toMatchObject({ code: 'LESSON_NOT_FOUND', status: 404 });
    for (const refused of [
      () => hers.updateSection(section.id, { title: 'Mine' }),
      () => hers.deleteSection(section.id),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });

    const film = new Blob(['a film'], { type: 'video/mp4' });
    const slides = new Blob(['slides'], { type: 'application/pdf' });
    expect(await mine.uploadVideo(id, film)).toMatch(new RegExp(`^${course_id}/${id}/[\\da-f-]+\\.mp4$`));
    await mine.uploadResource(id, 'Slides', slides);
    await mine.uploadResource(id, 'More slides', slides);
    await expect(hers.uploadVideo(id, film)).rejects.toMatchObject({ code: 'LESSON_NOT_FOUND' });
    const content = await ada.courseService.getLessonContent(id);
    const resources = content!.resources as { title: string; path: string }[];
    expect(resources.map(({ title }) => title)).toEqual(['Slides', 'More slides']);
    const { url } = await ada.courseService.getLessonMedia(id);
    expect(await (await fetch(url)).text()).toBe('a film');
    const download = await ada.courseService.getLessonMedia(id, resources[1]!.path);
    expect(await (await fetch(download.url)).text()).toBe('slides');

    for (const [add, update, remove] of [
      [mine.addOutcome, mine.updateOutcome, mine.deleteOutcome],
      [mine.addRequirement, mine.updateRequirement, mine.deleteRequirement],
    ] as const) {
      const line = await add({ course_id, text: 'Fry an egg.' } as never);
      expect(await update(line.id, { text: 'Fry two eggs.' })).toMatchObject({
        text: 'Fry two eggs.',
        position: 1,
      });
      await remove(line.id);
      await expect(remove(line.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const line = await mine.addOutcome({ course_id, text: 'Fry an egg.' } as never);
    await expect(hers.addOutcome({ course_id, text: 'Burn it.' } as never)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await expect(hers.deleteOutcome(line.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await mine.deleteLesson(id);
    await mine.deleteSection(section.id);
    const { data } = await people.ada.client
      .from('curriculum_sections')
      .select('id')
      .eq('course_id', course_id);
    expect(data).toEqual([]);
  });

  test('Ada teaches with Cleo, for a share, until Cleo leaves', async () => {
    const cleo = await signUp('Cleo', 'instructor');
    const { instructorService } = ada;
    await expect(eve.instructorService.addCoInstructor(free.id, cleo.id)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
    });
    await instructorService.addCoInstructor(free.id, cleo.id, 20);
    await instructorService.setRevenueShare(free.id, cleo.id, 30);
    await expect(
      learnflow(cleo.client).instructorService.setRevenueShare(free.id, cleo.id, 90),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const team = async () => (await instructorService.getTeam(free.id)).results;
    expect(await team()).toMatchObject([
      { role: 'owner', revenue_share_percent: 70 },
      { role: 'co_instructor', revenue_share_percent: 30 },
    ]);
    await learnflow(cleo.client).instructorService.removeCoInstructor(free.id, cleo.id);
    expect(await team()).toMatchObject([{ role: 'owner', revenue_share_percent: 100 }]);
  });

  test('Ada gives out a coupon, which only she finds', async () => {
    const { couponService } = ada;
    const code = `PANS-${free.id.slice(0, 8).toUpperCase()}`;
    const coupon = await couponService.createCoupon({ code, course_id: free.id, percent_off: 20 });
    expect((await couponService.getCoupons()).results.map(({ id }) => id)).toContain(coupon.id);
    expect((await eve.couponService.getCoupons()).results).toEqual([]);
    expect(await couponService.updateCoupon(coupon.id, { is_active: false })).toMatchObject({
      is_active: false,
    });
    await expect(eve.couponService.deleteCoupon(coupon.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await couponService.deleteCoupon(coupon.id);
    expect((await couponService.getCoupons()).results.map(({ id }) => id)).not.toContain(coupon.id);
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
    expect((await ada.profileService.removeAvatar()).profile.profile_picture).toBeNull();
    expect((await fetch(seen.profile_picture!)).ok).toBe(false);
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
    expect(await bob.reviewService.getOwnReview(free.id)).toBeNull();
    const { id } = await bob.reviewService.submitReview(free.id, { rating: 3 });
    expect(await bob.reviewService.getOwnReview(free.id)).toMatchObject({ id, rating: 3 });
    expect(await eve.reviewService.getOwnReview(free.id)).toBeNull();
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
    await notificationService.deleteNotification(first!.id);

    expect(await notificationService.updatePreferences({ weekly_summary: false })).toMatchObject({
      weekly_summary: false,
    });
    expect(await notificationService.getPreferences()).toMatchObject({ weekly_summary: false });
  });

  test('what one moment has told is read page by page, each once', async () => {
    await asOwner(
      (sql) => sql`
        insert into public.notifications (user_id, kind, title, created_at)
        select ${people.eve.id}, 'enrollment', 'News ' || n, date_trunc('day', now()) + (n / 3) * interval '1 microsecond'
        from generate_series(1, 7) n`,
    );
    const { notificationService } = eve;
    const all = (await notificationService.getNotifications({ limit: 100 })).results;
    expect(all.length).toBeGreaterThanOrEqual(7);
    const seen: string[] = [];
    for (let before = undefined as (typeof all)[number] | undefined; ;) {
      const { results } = await notificationService.getNotifications({ before, limit: 2 });
      if (results.length === 0) break;
      seen.push(...results.map(({ id }) => id));
      before = results.at(-1);
    }
    expect(seen).toEqual(all.map(({ id }) => id));
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
    expect(await adminService.getDeadMails()).toMatchObject({ current_page: 1 });
    await expect(adminService.retryMail(0)).rejects.toMatchObject({ code: 'MAIL_NOT_FOUND' });
    await expect(adminService.dropMail(0)).rejects.toMatchObject({ code: 'MAIL_NOT_FOUND' });
    await eve.instructorService.requestInstructor('I cook every day.');
    expect(await applicants(ruth)).toContain(people.eve.id);
    expect(await applicants(ada)).not.toContain(people.eve.id);
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
    expect((await adminService.getCourses()).results.map(({ id }) => id)).toEqual([made.id]);
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

  test('Ruth finds people, courses that wait, messages, and who did what; Bob finds nothing', async () => {
    const { adminService } = ruth;
    const found = await adminService.findPeople(people.eve.email.toUpperCase());
    expect(found.results).toMatchObject([{ user_id: people.eve.id, profiles: { first_name: 'Eve' } }]);
    expect((await adminService.findPeople('%')).results).toEqual([]);
    expect((await bob.adminService.findPeople(people.eve.email)).results).toEqual([]);

    const waiting = await createCourse(people.ada, { publish: false });
    await asOwner((sql) => sql`update public.courses set status = 'in_review' where id = ${waiting.id}`);
    expect(await waitingFor(ruth)).toContain(waiting.id);
    expect(await waitingFor(bob)).not.toContain(waiting.id);

    await bob.contactService.sendMessage({
      name: 'Bob',
      email: people.bob.email,
      subject: 'Pans',
      message: 'Which pan do you use?',
    });
    const messages = await adminService.getContactMessages({ limit: 1000 });
    const { id } = messages.results.find(({ email }) => email === people.bob.email)!;
    expect(await adminService.setContactStatus(id, 'done')).toMatchObject({ status: 'done' });
    expect((await bob.adminService.getContactMessages({ status: 'done' })).results).toEqual([]);
    await expect(bob.adminService.setContactStatus(id, 'spam')).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const name = `Pans ${waiting.id}`;
    const category = await adminService.createCategory({ name, slug: `pans-${waiting.id}` });
    expect(await adminService.updateCategory(category.id, { icon: 'Pan' })).toMatchObject({
      name,
      icon: 'Pan',
    });
    await expect(bob.adminService.deleteCategory(category.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await adminService.deleteCategory(category.id);

    const log = await adminService.getAuditLog({ table_name: 'user_roles', actor_id: people.ruth.id });
    expect(log.results).toMatchObject([{ action: 'insert', actor_id: people.ruth.id }]);
    const older = await adminService.getAuditLog({ before: log.results[0]!.id, limit: 5 });
    for (const entry of older.results) expect(entry.id).toBeLessThan(log.results[0]!.id);
    expect((await bob.adminService.getAuditLog()).results).toEqual([]);
  });

  test('keys are made, listed, renewed and revoked', async () => {
    const made = await ada.apiKeyService.createApiKey({ name: 'My program' });
    expect((await ada.apiKeyService.getApiKeys()).results).toMatchObject([
      { id: made.id, name: 'My program' },
    ]);
    expect((await eve.apiKeyService.getApiKeys()).results).toEqual([]);
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

  test('a confirmation is sent again, and says the same to a stranger', async () => {
    await learnflow().authService.resendConfirmation(people.eve.email);
    await learnflow().authService.resendConfirmation('nobody@people.test');
  });

  test('a forgotten password sends a link, and says the same to a stranger', async () => {
    await learnflow().authService.requestPasswordReset(people.eve.email);
    await learnflow().authService.requestPasswordReset('nobody@people.test');
  });

  test('Eve moves to another address once she has followed the link in the mail', async () => {
    const email = `eve.${free.id.slice(0, 8)}@elsewhere.test`;
    await eve.authService.changeEmail(email);
    expect((await eve.authService.me()).email).toBe(people.eve.email);

    const link = await eventually(async () => {
      const mails = await mailsTo(people.eve.email);
      const { html } = mails.find(({ subject }) => subject === 'Confirm your new e-mail address')!;
      return /href="([^"]+verify[^"]+)"/.exec(html)![1]!.replaceAll('&amp;', '&');
    });
    await fetch(link, { redirect: 'manual' });
    await learnflow().authService.login({ email, password: people.eve.password });
    expect((await eve.authService.me()).email).toBe(email);
  });
});
