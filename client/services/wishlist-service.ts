import type { Api, CallOptions, RpcArgs } from '../api.ts';

/** Courses kept for later. */
export const createWishlistService = ({ read, write }: Api) => ({
  getWishlist: (params: RpcArgs<'my_wishlist'> = {}, options?: CallOptions) =>
    read('my_wishlist', params, options),

  addToWishlist: (courseId: string, options?: CallOptions) =>
    write('add_to_wishlist', { course_id: courseId }, { ...options, repeatable: true }),

  /** Gives the cart. */
  moveToCart: (courseId: string, options?: CallOptions) =>
    write('move_to_cart', { course_id: courseId }, { ...options, repeatable: true }),

  removeFromWishlist: (courseId: string, options?: CallOptions): Promise<void> =>
    write('remove_from_wishlist', { course_id: courseId }, { ...options, repeatable: true }),
});
