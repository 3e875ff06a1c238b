begin;

select plan(4);

select
  is(
    private.answer_error('RATE_LIMITED', 429, 'Later.', '{"limit": 5}', '{"Retry-After": "60", "X-Limit": "5"}'),
    '{"code": "RATE_LIMITED", "message": "Later.", "details": "{\"limit\": 5}", "hint": "{\"status\": 429}"}'::jsonb,
    'an answered error has the body of a raised one'
  );
select is(current_setting('response.status'), '429', 'its status');
select
  is(
    current_setting('response.headers')::jsonb,
    '[{"X-Limit": "5"}, {"Retry-After": "60"}]'::jsonb,
    'several headers are one object each'
  );
select private.answer_error('COUPON_INVALID', 404, 'No.');
select is(current_setting('response.headers'), '[]', 'no header is an empty list');

select * from finish();

rollback;
