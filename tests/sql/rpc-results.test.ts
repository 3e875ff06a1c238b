import { createHash, createHmac } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type RpcName, rpcResults } from '../../types/rpc.ts';
import { strict } from '../support/strict.ts';

// A purchase and everything around it, told by the functions of the Data API: each answer must be exactly what
// types/ says, with no key more and none less.

const [first] = inject('sqlDatabases');
const name = 'rpc_results';
const admin = postgres(first!, { max: 1, onnotice: () => {} });
const sql = postgres(new URL(`/${name}${new URL(first!).search}`, first).href, {
  max: 1,
  onnotice: () => {},
});
const answered = new Map<RpcName, unknown[]>();

beforeAll(async () => {
  await admin.unsafe(`create database ${name} template template_of_tests`);
  await tell();
});

afterAll(async () => {
  await sql.end();
  await admin.unsafe(`drop database ${name}`);
  await admin.end();
});

/** Acts as somebody and calls a function; keeps its answer. */
async function ask(actor: 'anon' | 'service' | string, call: string, ...values: unknown[]): Promise<any> {
  const act =
    { anon: 'tests.act_as_anon()', service: 'tests.act_as_service()' }[actor] ?? `tests.act_as('${actor}')`;
  return sql.begin(async (tx) => {
    await tx.unsafe(`select ${act}`);
    const [row] = await tx
      .unsafe(`select public.${call} as answer`, values as never[])
      .catch((cause: Error) => {
        throw new Error(`${actor} asked for ${call}: ${cause.message}`, { cause });
      });
    const rpc = call.split('(')[0] as RpcName;
    if (rpc in rpcResults) answered.set(rpc, [...(answered.get(rpc) ?? []), row!['answer']]);
    return row!['answer'];
  });
}

async function own(query: string, ...values: unknown[]): Promise<any> {
  const [row] = await sql.unsafe(`select ${query} as answer`, values as never[]);
  return row!['answer'];
}

async function tell(): Promise<void> {
  for (const person of ['ada', 'bob', 'eve', 'ruth']) await own('tests.sign_up($1)', person);
  await own(`tests.make_admin('ruth')`);
  const paid = await own(`tests.create_course('ada', 'Baking bread', 8999, 2)`);
  const other = await own(`tests.create_course('ada', 'Baking cake', 7999, 1)`);
  const free = await own(`tests.create_course('ada', 'Boiling water', 0, 1)`);
  const later = await own(`tests.create_course('ada', 'Frying eggs', 4999, 1)`);
  const draft = await own(`tests.create_course('ada', 'Burning toast', 1999, 1, false)`);
  const [lesson, second] = await own('tests.lesson_ids($1)', paid);
  const user = (who: string): Promise<string> => own('tests.user_id($1)', who);

  // Looking around
  await ask('anon', `search_courses(search => 'baking')`);
  await ask('anon', `search_courses(facets => true)`);
  await ask('anon', 'course_detail(course_id => $1)', paid);
  await ask('anon', 'list_categories()');
  await ask('anon', 'related_courses($1)', paid);
  await ask('anon', `search('baking')`);
  await ask('anon', `search('ada', type => 'instructor')`);
  await ask('anon', `suggest('bak')`);
  await ask('anon', `record_search('baking')`);
  await ask('anon', 'popular_searches()');
  await ask('anon', 'record_course_view($1)', paid);
  await ask('anon', `submit_contact('Bob', 'bob@people.test', 'A question', 'What is a course?')`);
  await ask('bob', 'me()');
  await ask('bob', `update_profile(bio => 'Buys.', timezone => 'Europe/Berlin')`);
  await ask('bob', 'dashboard_stats()');
  await ask('bob', 'recommendations()');
  await ask('eve', `request_instructor('Cheese.')`);
  await ask('ruth', 'approve_instructor($1)', await user('eve'));

  // Buying
  await ask('bob', 'add_to_wishlist($1)', other);
  await ask('bob', 'my_wishlist()');
  await ask('bob', 'course_flags($1)', [paid, other]);
  await ask('bob', 'add_to_cart($1)', paid);
  await ask('bob', 'merge_guest_cart($1)', [paid, other, free]);
  await ask('bob', 'get_cart()');
  await ask('bob', 'save_for_later($1)', other);
  await ask('bob', 'move_to_cart($1)', other);
  await sql`insert into public.coupons (code, percent_off, created_by) values ('BREAD10', 10, tests.user_id('ruth'))`;
  await ask('bob', `preview_coupon('bread10')`);
  const billing = {
    first_name: 'Bob',
    last_name: 'Buyer',
    email: 'bob@people.test',
    address_line1: '1 Main St',
    city: 'Berlin',
    country: 'DE',
  };
  const order = await ask('bob', 'create_order_from_cart($1::jsonb)', billing);
  const priced = await ask('bob', `apply_coupon($1, 'BREAD10')`, order.id);
  await ask('bob', 'get_order($1)', priced.id);
  const begun = await ask('service', 'begin_payment($1, $2)', priced.id, await user('bob'));
  await ask('service', 'begin_confirmation($1)', begun.user_id);
  await ask(
    'service',
    `remember_payment_intent($1, $2, 'pi_1', 'requires_payment_method')`,
    priced.id,
    begun.attempt,
  );
  await ask('service', 'list_open_payments(0)');
  const event = {
    id: 'evt_1',
    type: 'payment_intent.succeeded',
    created: 1_767_225_600,
    livemode: false,
    data: {
      object: {
        id: 'pi_1',
        object: 'payment_intent',
        amount_received: begun.amount_cents,
        currency: begun.currency,
        latest_charge: 'ch_1',
        metadata: { order_id: begun.order_id, user_id: begun.user_id, attempt: String(begun.attempt) },
      },
    },
  };
  await ask('service', 'apply_stripe_event($1::jsonb)', event);
  await ask('service', 'apply_stripe_event($1::jsonb)', event);
  const bought = await ask('bob', 'get_order($1)', priced.id);
  await ask('bob', `my_orders('completed')`);
  await ask('bob', 'explain_refund($1)', bought.items[0].id);
  await ask('service', 'invoice_document($1, $2)', begun.user_id, bought.invoices[0].id);

  await ask('service', `unprocessed_stripe_events('{evt_1,evt_2}')`);
  await ask('service', `unsettled_payment_intents('{pi_1,pi_2}')`);

  // Studying
  const { results: enrolled } = await ask('bob', 'my_enrollments()');
  const enrollment = enrolled.find((item: { course: { id: string } }) => item.course.id === paid).id;
  await ask('bob', 'course_detail(course_id => $1)', paid);
  await ask('bob', 'explain_access($1)', paid);
  await ask('bob', 'record_watch_time($1, 0, 20, 20)', lesson);
  await ask('bob', 'mark_lesson_complete($1, $2)', enrollment, lesson);
  await ask('bob', 'continue_learning()');
  await ask('bob', 'enrollment_detail($1)', enrollment);
  await ask('bob', 'mark_lesson_complete($1, $2)', enrollment, second);
  await ask('bob', 'enrollment_detail($1)', enrollment);
  const certificate = await ask('bob', 'issue_certificate($1)', enrollment);
  await ask('bob', 'my_certificates()');
  await ask('anon', 'verify_certificate($1)', certificate.code);
  await ask('service', 'certificate_document($1)', certificate.id);
  await ask('service', 'claim_certificates()');
  await ask('service', 'attach_certificate_file($1, $2)', certificate.id, `${begun.user_id}/bread.pdf`);
  await ask('eve', 'enroll_free($1)', free);
  await ask('bob', 'recommendations()');
  await ask('bob', 'dashboard_stats()');

  // Reviewing
  const review = await ask('bob', `submit_review($1, 5, 'Crisp', 'I can bake.')`, paid);
  await ask('eve', 'vote_review_helpful($1)', review.id);
  await ask('eve', `report_review($1, 'Too happy.')`, review.id);
  await ask('ada', `reply_to_review($1, 'Thank you!')`, review.id);
  await ask('eve', 'list_reviews($1)', paid);
  await ask('anon', 'course_detail(course_id => $1)', paid);
  await ask('ruth', 'reported_reviews()');
  await ask('ruth', `moderate_review($1, true, 'Advertising.')`, review.id);

  // Teaching
  await ask('ada', 'course_readiness($1)', draft);
  await ask('ada', 'course_team($1)', paid);
  await ask('ada', 'course_roster($1)', paid);
  await ask('ada', 'course_analytics($1)', paid);
  await ask('ada', 'course_lesson_stats($1)', paid);
  const { curriculum } = await ask('ada', 'course_detail(course_id => $1)', paid);
  const reversed = curriculum.map(({ id, lessons }: { id: string; lessons: { id: string }[] }) => ({
    id,
    lessons: lessons.map((item) => item.id).toReversed(),
  }));
  await ask('ada', 'reorder_curriculum($1, $2::jsonb)', paid, reversed);
  await ask('ada', `create_coupon('SPRINGTIME', percent_off => 20, course_id => $1)`, paid);
  await ask('ada', 'unpublish_course($1)', other);
  await ask('ruth', `review_course($1, false, 'Copied.')`, other);
  await ask('ada', 'course_readiness($1)', other);
  await ask('ruth', 'review_course($1)', other);
  await ask('ada', 'publish_course($1)', other);
  await ask('ada', 'transfer_course($1, $2)', other, await user('eve'));
  await ask('ada', 'archive_course($1)', free);
  const key = await ask('ada', `create_api_key('Laptop')`);
  await ask('ada', 'rotate_api_key($1)', key.id);
  await ask('ada', 'revoke_api_key($1)', key.id);

  // Keeping order
  await ask('bob', 'reset_progress($1)', enrollment);
  await ask('ruth', 'set_featured($1)', paid);
  await ask('ruth', `refund_order($1, $2::uuid[], 'Kindness.')`, bought.id, [bought.items[0].id]);
  const [refund] = await ask('service', 'claim_refunds()');
  await ask('service', `fail_refund($1, 'charge_disputed')`, refund.refund_id);
  await ask('service', `fail_refund($1, 'charge_disputed')`, begun.user_id);
  const unseen = bought.items.find((item: { course: { id: string } }) => item.course.id === other).id;
  await ask('bob', `request_refund($1, 'Not for me.')`, unseen);
  const anomalies = await ask('ruth', 'list_money_anomalies()');
  await ask('ruth', `resolve_money_anomaly($1, 'The bank was called.')`, anomalies.results[0].id);
  await ask('ruth', `list_money_anomalies('resolved')`);

  // Paying the instructors
  const month = new Date().toISOString().slice(0, 7);
  const [unpriced] = await ask('service', 'payments_without_fee()');
  await ask('service', `record_processing_fee($1, 523, 'usd')`, unpriced.payment_id);
  await ask('ada', 'my_earnings()');
  await ask('service', 'begin_payout_account($1)', await user('ada'));
  const account = { id: 'acct_ada', country: 'DE', payouts_enabled: true, details_submitted: true };
  await ask('service', 'remember_payout_account($1, $2, now())', await user('ada'), {
    ...account,
    capabilities: { transfers: 'active' },
  });
  await ask('service', 'list_payout_accounts(0)');
  await sql`alter table private.ledger_entries disable trigger keep_history`;
  await sql`update private.ledger_entries set available_at = now() where available_at > now()`;
  await sql`alter table private.ledger_entries enable trigger keep_history`;
  await ask('ada', 'request_payout()');
  await ask('ada', 'my_payouts()');
  const [transfer] = await ask('service', 'claim_transfers()');
  await ask('service', `fail_transfer($1, 'insufficient_capabilities_for_transfer')`, transfer.transfer_id);
  await ask('service', `fail_transfer($1, 'refused')`, begun.user_id);
  await ask('service', 'unsettled_transfers($1)', [{ id: 'tr_1', amount_reversed: 0 }]);
  await ask('ada', 'my_earnings()');
  await ask('ada', 'payout_statement($1)', month);
  await ask('ada', 'payout_statement_lines($1)', month);
  await ask('service', 'apply_stripe_event($1)', {
    id: 'evt_live',
    object: 'event',
    type: 'customer.created',
    livemode: true,
    created: 1767225600,
    data: { object: { id: 'cus_1', object: 'customer' } },
  });
  await ask('ruth', `retry_stripe_event('evt_live', 'Nothing was mended.')`);
  await ask('ruth', `grant_enrollment($1, $2, 'A present.')`, await user('eve'), paid);
  await ask('ruth', `revoke_enrollment($1, 'Fraud.')`, enrollment);
  await ask('ruth', `revoke_certificate($1, 'Fraud.')`, certificate.id);
  await ask('ruth', `set_user_role($1, 'moderator')`, await user('eve'));
  await ask('ruth', 'deactivate_user($1)', await user('eve'));
  await own('tests.sign_up($1)', 'gil');
  await ask('gil', 'deactivate_my_account()');
  const [mail] = await ask('service', 'claim_outbox()');
  await ask('service', 'settle_outbox($1, $2)', mail.id, mail.attempt);
  await sql`update private.outbox set state = 'dead' where state = 'pending'`;
  const { results: dead } = await ask('ruth', 'list_dead_mails()');
  await ask('ruth', 'retry_mail($1)', dead[0].id);
  await ask('ruth', 'drop_mail($1)', dead[1].id);
  const token = await own(`private.unsubscribe_token($1, 'price_falls')`, await user('bob'));
  await ask('service', 'unsubscribe($1)', token);

  // Working with machines
  await sql`update public.lesson_contents set video_url = 'https://video.example/1' where lesson_id = ${lesson}`;
  await ask('service', 'issue_lesson_media($1, $2)', lesson, await user('ruth'));
  const companyKey = await ask('ruth', `create_company_key($1, 'HR', $2)`, begun.user_id, [paid]);
  await ask(
    'service',
    `authenticate_signed_request($1, $2, 'nonce-of-sixteen', 'POST', '/x', 'hash', $3)`,
    companyKey.id,
    ...signed(companyKey.key),
  );
  await ask(
    'service',
    `enroll_company_staff($1, 'July', $2, $3::jsonb)`,
    companyKey.id,
    [paid, other],
    [{ email: 'ruth@people.test' }],
  );
  await ask('anon', 'health()');
  await ask('service', 'health_report()');

  // Giving up
  await ask('bob', 'add_to_cart($1)', later);
  const given = await ask('bob', 'create_order_from_cart($1::jsonb)', billing);
  const attempt = await ask('service', 'begin_payment($1, $2)', given.id, begun.user_id);
  await ask('service', 'release_payment_attempt($1, $2)', given.id, attempt.attempt);
  await ask('bob', 'cancel_order($1)', given.id);

  // Leaving
  await sql`insert into storage.objects (bucket_id, name) values ('avatars', ${`${begun.user_id}/me.png`})`;
  await ask('bob', 'export_my_data()');
  await ask('bob', `delete_my_account('bob@people.test')`);
  const [folder] = await ask('service', 'claim_file_deletions()');
  await ask('service', 'settle_file_deletion($1)', folder.id);
}

/** When a request was signed with a key, and how. */
function signed(key: string): [number, string] {
  const at = Math.floor(Date.now() / 1000);
  const clientKey = createHash('sha256').update(key).digest();
  const mask = createHmac('sha256', createHash('sha256').update(clientKey).digest())
    .update(['LF2-HMAC-SHA256', at, 'nonce-of-sixteen', 'POST', '/x', 'hash'].join('\n'))
    .digest();
  const signature = Buffer.from(clientKey.map((byte, index) => byte ^ mask[index]!)).toString('hex');
  return [at, signature];
}

test.each(Object.keys(rpcResults) as RpcName[])('%s answers exactly what its schema says', (rpc) => {
  const answers = answered.get(rpc);
  expect(answers, 'never called by the tale').toBeDefined();
  for (const answer of answers!) expect(strict(rpcResults[rpc]).parse(answer)).toEqual(answer);
});
