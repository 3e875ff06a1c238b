import { z } from 'zod';
import { noSuch } from '../api-error.ts';
import { listPage, pageParams } from '../lists.ts';
import { boolean, expand, isInRange, range, text } from '../params.ts';
import { route } from '../route.ts';

const ListParams = z.strictObject({
  ...pageParams,
  created: range,
  delivery_success: boolean.optional(),
  type: text.optional(),
  types: z.array(text).max(20).optional(),
});

export const eventRoutes = [
  route('get', '/v1/events', ListParams, (ctx, params) =>
    listPage(
      '/v1/events',
      'event',
      ctx.store.events,
      params,
      (event) =>
        isInRange(event.created, params.created) &&
        (params.type === undefined || matchesType(event.type, params.type)) &&
        (params.types === undefined || params.types.includes(event.type)) &&
        (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
    ),
  ),
  route('get', '/v1/events/:id', z.strictObject({ expand }), (ctx, _params, id) => {
    const event = ctx.store.events.get(id);
    if (!event) throw noSuch('event', id);
    return event;
  }),
];

/** `charge.*` stands for every type that begins with `charge.`. */
function matchesType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
