import { type ApiOptions, createApi } from './api.ts';
import { type LearnFlowClient, requirePublishable } from './create-client.ts';
import { createAdminService } from './services/admin-service.ts';
import { createApiKeyService } from './services/api-key-service.ts';
import { createAuthService } from './services/auth-service.ts';
import { createCartService } from './services/cart-service.ts';
import { createCertificateService } from './services/certificate-service.ts';
import { createContactService } from './services/contact-service.ts';
import { createCouponService } from './services/coupon-service.ts';
import { createCourseService } from './services/course-service.ts';
import { createDashboardService } from './services/dashboard-service.ts';
import { createEnrollmentService } from './services/enrollment-service.ts';
import { createHealthService } from './services/health-service.ts';
import { createInstructorService } from './services/instructor-service.ts';
import { createNotificationService } from './services/notification-service.ts';
import { createOrderService } from './services/order-service.ts';
import { createPaymentService } from './services/payment-service.ts';
import { createPayoutService } from './services/payout-service.ts';
import { createProfileService } from './services/profile-service.ts';
import { createReviewService } from './services/review-service.ts';
import { createSearchService } from './services/search-service.ts';
import { createWishlistService } from './services/wishlist-service.ts';

/** Every service of LearnFlow over one client. Results have the shapes of the API, failures are LearnFlowErrors. */
export function createLearnFlow(client: LearnFlowClient, options: ApiOptions = {}) {
  requirePublishable(client['supabaseKey']);
  const api = createApi(client, options);
  return {
    client,
    adminService: createAdminService(api),
    apiKeyService: createApiKeyService(api),
    authService: createAuthService(api),
    cartService: createCartService(api),
    certificateService: createCertificateService(api),
    contactService: createContactService(api),
    couponService: createCouponService(api),
    courseService: createCourseService(api),
    dashboardService: createDashboardService(api),
    enrollmentService: createEnrollmentService(api),
    healthService: createHealthService(api),
    instructorService: createInstructorService(api),
    notificationService: createNotificationService(api),
    orderService: createOrderService(api),
    paymentService: createPaymentService(api),
    payoutService: createPayoutService(api),
    profileService: createProfileService(api),
    reviewService: createReviewService(api),
    searchService: createSearchService(api),
    wishlistService: createWishlistService(api),
  };
}

export type LearnFlow = ReturnType<typeof createLearnFlow>;
