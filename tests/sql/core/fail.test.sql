begin;

select plan(5);

select tests.raises(
  $$select private.fail('CART_EMPTY', 422, 'The cart is empty.')$$, 'CART_EMPTY', 'fail raises its code'
);

-- What PostgREST reads, to the letter.
create function pg_temp.caught(out message jsonb, out detail jsonb) language plpgsql as $$
begin
  perform private.fail('RATE_LIMITED', 429, 'Slow down.', '{"limit": 5}', '{"Retry-After": "7"}');
exception when sqlstate 'PGRST' then
  declare
    m text;
    d text;
  begin
    get stacked diagnostics m = message_text, d = pg_exception_detail;
    message := m;
    detail := d;
  end;
end
$$;

select is((select message ->> 'details' from pg_temp.caught()), '{"limit": 5}', 'details is text that holds JSON');
select is((select message ->> 'hint' from pg_temp.caught()), '{"status": 429}', 'the hint repeats the status');
select is((select detail -> 'headers' ->> 'Retry-After' from pg_temp.caught()), '7', 'headers reach the response');

select tests.act_as_anon();

select tests.raises(
  $$select private.fail('CART_EMPTY', 422, 'The cart is empty.')$$, 'CART_EMPTY', 'a function called by anon can fail with a code'
);

select * from finish();

rollback;
