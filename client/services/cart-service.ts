import type { Api, CallOptions } from '../api.ts';

/** The cart that the server keeps for who is signed in. */
export const createCartService = ({ read, write }: Api) => ({
  getCart: (options?: CallOptions) => read('get_cart', {}, options),

  addToCart: (courseId: string, options?: CallOptions) =>
    write('add_to_cart', { course_id: courseId }, options),

  /** By the id of the line, not of the course. */
  removeFromCart: (itemId: string, options?: CallOptions): Promise<void> =>
    write('remove_from_cart', { cart_item_id: itemId }, options),

  clearCart: (options?: CallOptions): Promise<void> =>
    write('clear_cart', {}, { ...options, repeatable: true }),

  /** Moves a course from the cart to the wishlist; gives the cart. */
  saveForLater: (courseId: string, options?: CallOptions) =>
    write('save_for_later', { course_id: courseId }, { ...options, repeatable: true }),

  /** After sign-in: what a visitor had put aside in this browser. */
  mergeGuestCart: (courseIds: string[], options?: CallOptions) =>
    write('merge_guest_cart', { course_ids: courseIds }, { ...options, repeatable: true }),

  /** What the cart costs with a code. */
  previewCoupon: (code: string, options?: CallOptions) => write('preview_coupon', { code }, options),
});
