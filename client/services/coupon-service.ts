import type { TablesUpdate } from '../../types/database.ts';
import { type Api, type CallOptions, type RpcArgs, signalOf } from '../api.ts';

/** Coupons that somebody gives out: instructors for their own courses, admins for the shop. Buyers only know codes. */
export const createCouponService = ({ client, query, write }: Api) => ({
  /** One's own, latest first; all of them for an admin. */
  getCoupons: async (options: CallOptions = {}) => ({
    results: await query(
      client
        .from('coupons')
        .select()
        .order('created_at', { ascending: false })
        .order('id')
        .abortSignal(signalOf(options)),
      options,
    ),
  }),

  /** For an own course or for all of them; for anything of the shop by an admin. */
  createCoupon: (coupon: RpcArgs<'create_coupon'>, options?: CallOptions) =>
    write('create_coupon', coupon, options),

  /** Its description, its time, how often it may be used, and whether it is on. */
  updateCoupon: (couponId: string, changes: TablesUpdate<'coupons'>, options: CallOptions = {}) =>
    query(
      client
        .from('coupons')
        .update(changes)
        .eq('id', couponId)
        .select()
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),

  /** One that was never used; any other is switched off. */
  async deleteCoupon(couponId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client.from('coupons').delete().eq('id', couponId).select('id').abortSignal(signalOf(options)).single(),
      options,
    );
  },
});
