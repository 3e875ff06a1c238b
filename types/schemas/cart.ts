import { z } from 'zod';
import { Amount, Count, Currency, Id, Percent, PersonName, StoragePath, Timestamp, page } from './common.ts';

export const CartItem = z.object({
  id: Id,
  course: z.object({
    id: Id,
    title: z.string(),
    slug: z.string(),
    price: Amount,
    original_price: Amount.nullable().describe('null when the price is not lowered'),
    thumbnail: StoragePath.nullable(),
    instructor: PersonName,
  }),
  added_at: Timestamp,
  is_available: z.boolean(),
  unavailable_reason: z.enum(['COURSE_NOT_FOUND', 'OWN_COURSE', 'ALREADY_ENROLLED']).nullable(),
});
export type CartItem = z.infer<typeof CartItem>;

export const Cart = z.object({
  id: Id,
  items: z.array(CartItem),
  total_items: Count.describe('items that can be bought, as all totals'),
  total_price: Amount,
  total_original_price: Amount,
  total_discount: Amount,
  currency: Currency,
});
export type Cart = z.infer<typeof Cart>;

export const AddedToCart = z.object({
  id: Id,
  course: z.object({ id: Id, title: z.string(), slug: z.string(), price: Amount }),
  added_at: Timestamp,
});
export type AddedToCart = z.infer<typeof AddedToCart>;

export const MergedCart = z.object({
  added: z.array(Id).describe('ids of the courses that are new in the cart'),
  skipped: z.array(
    z.object({
      course_id: Id,
      reason: z.enum([
        'ALREADY_IN_CART',
        'ALREADY_ENROLLED',
        'OWN_COURSE',
        'COURSE_NOT_FOUND',
        'CURRENCY_MISMATCH',
        'CART_LIMIT_REACHED',
      ]),
    }),
  ),
  cart: Cart,
});
export type MergedCart = z.infer<typeof MergedCart>;

export const Coupon = z.object({
  id: Id,
  code: z.string(),
  description: z.string(),
  course_id: Id.nullable(),
  category_id: Id.nullable(),
  instructor_id: Id.nullable(),
  percent_off: Percent.nullable(),
  amount_off_cents: z.int().positive().nullable(),
  currency: Currency.nullable(),
  minimum_cents: Count,
  starts_at: Timestamp,
  expires_at: Timestamp.nullable(),
  max_redemptions: z.int().positive().nullable(),
  max_per_user: z.int().positive(),
  redeemed_count: Count,
  is_active: z.boolean(),
  created_at: Timestamp,
});
export type Coupon = z.infer<typeof Coupon>;

export const CouponPreview = z.object({
  code: z.string(),
  subtotal: Amount,
  discount_amount: Amount,
  tax_amount: Amount,
  total_amount: Amount,
  currency: Currency,
  items: z.array(
    z.object({
      course_id: Id,
      title: z.string(),
      price: Amount,
      discount_amount: Amount,
      total_amount: Amount,
    }),
  ),
});
export type CouponPreview = z.infer<typeof CouponPreview>;

export const WishlistItem = z.object({
  course: z.object({
    id: Id,
    title: z.string(),
    slug: z.string(),
    thumbnail: StoragePath.nullable(),
    price: Amount,
    original_price: Amount.nullable().describe('null when the price is not lowered'),
    discount_percent: Percent,
    instructor: PersonName,
    in_cart: z.boolean(),
  }),
  added_at: Timestamp,
});
export type WishlistItem = z.infer<typeof WishlistItem>;

export const WishlistPage = page(WishlistItem);
export type WishlistPage = z.infer<typeof WishlistPage>;

export const AddedToWishlist = z.object({ course_id: Id, added_at: Timestamp });
export type AddedToWishlist = z.infer<typeof AddedToWishlist>;
