import type { TablesUpdate } from '../../types/database.ts';
import { type Api, type CallOptions, signalOf } from '../api.ts';

export interface NotificationFilterParams {
  /** Only those not read yet. */
  unread?: boolean | undefined;
  /** After this one in the list: the last one shown. Its time alone would not do, a transaction gives one to all of its own. */
  before?: { created_at: string; id: string } | undefined;
  /** At most so many. */
  limit?: number | undefined;
}

export type NotificationPreferences = Pick<
  TablesUpdate<'notification_preferences'>,
  'weekly_summary' | 'review_replies' | 'price_falls'
>;

const shown = 'id, kind, title, body, link, read_at, created_at';
const preferences = 'weekly_summary, review_replies, price_falls';

/** Later in the order of the list: by time, latest first, then by id. */
const after = ({ created_at, id }: { created_at: string; id: string }): string =>
  `created_at.lt."${created_at}",and(created_at.eq."${created_at}",id.gt.${id})`;

/** What somebody should know, latest first. New ones push old ones down, so pages go by time and not by number. */
export const createNotificationService = ({ client, query, userId }: Api) => ({
  async getNotifications(
    { unread = false, before, limit = 20 }: NotificationFilterParams = {},
    options: CallOptions = {},
  ) {
    let request = client
      .from('notifications')
      .select(shown)
      .order('created_at', { ascending: false })
      .order('id')
      .limit(limit);
    if (unread) request = request.is('read_at', null);
    if (before !== undefined) request = request.or(after(before));
    return { results: await query(request.abortSignal(signalOf(options)), options) };
  },

  markRead: (notificationId: string, options: CallOptions = {}) =>
    query(
      client
        .from('notifications')
        .update({ read_at: new Date().toISOString() })
        .eq('id', notificationId)
        .select(shown)
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),

  async markAllRead(options: CallOptions = {}): Promise<void> {
    await query(
      client
        .from('notifications')
        .update({ read_at: new Date().toISOString() })
        .is('read_at', null)
        .abortSignal(signalOf(options)),
      options,
    );
  },

  async deleteNotification(notificationId: string, options: CallOptions = {}): Promise<void> {
    await query(
      client.from('notifications').delete().eq('id', notificationId).abortSignal(signalOf(options)),
      options,
    );
  },

  getPreferences: (options: CallOptions = {}) =>
    query(
      client.from('notification_preferences').select(preferences).abortSignal(signalOf(options)).single(),
      options,
    ),

  updatePreferences: async (changes: NotificationPreferences, options: CallOptions = {}) =>
    query(
      client
        .from('notification_preferences')
        .update(changes)
        .eq('user_id', await userId())
        .select(preferences)
        .abortSignal(signalOf(options))
        .single(),
      options,
    ),
});
