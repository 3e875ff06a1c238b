-- Takes a message from the contact form, from anybody, a few an hour. Definer: the table is closed.
create function private.submit_contact(name text, email text, subject text, message text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
  wrong jsonb := '{}';
  new_id uuid;
begin
  if coalesce(length(btrim(submit_contact.name)), 0) not between 1 and 150 then
    wrong := wrong || '{"name": "1 to 150 characters"}';
  end if;
  if (length(submit_contact.email) <= 320 and submit_contact.email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not true then
    wrong := wrong || '{"email": "must be an e-mail address"}';
  end if;
  if coalesce(length(btrim(submit_contact.subject)), 0) not between 1 and 200 then
    wrong := wrong || '{"subject": "1 to 200 characters"}';
  end if;
  if coalesce(length(btrim(submit_contact.message)), 0) not between 1 and 5000 then
    wrong := wrong || '{"message": "1 to 5000 characters"}';
  end if;
  if wrong <> '{}' then
    perform private.fail('VALIDATION_ERROR', 422, 'The message was not sent.', wrong);
  end if;

  -- Addresses are easily changed, and neighbours share a limit; what all visitors share is out of reach of a few networks, so
  -- that nobody closes the form for everybody. Answered, not raised: the attempt must count.
  if not private.rate_limit_hit('contact', private.caller_key(), 5, interval '1 hour')
    or caller is null and not (
      private.rate_limit_hit('contact', 'network ' || private.caller_network(), 20, interval '1 hour')
      and private.rate_limit_hit('contact', 'visitors', 1000, interval '1 hour')
    )
  then
    return private.answer_error(
      'RATE_LIMITED', 429, 'Too many messages. Try again in an hour.', '{"limit": 5, "window_seconds": 3600}', '{"Retry-After": "3600"}'
    );
  end if;

  insert into public.contact_messages (user_id, name, email, subject, body)
  values (caller, btrim(submit_contact.name), submit_contact.email, btrim(submit_contact.subject), btrim(submit_contact.message))
  returning id into new_id;
  return jsonb_build_object('id', new_id, 'message', 'Your message was sent.');
end
$$;

comment on function private.submit_contact is 'The door behind public.submit_contact.';

revoke execute on function private.submit_contact from public, anon, authenticated, service_role;

grant execute on function private.submit_contact to anon, authenticated, service_role;

create function public.submit_contact(name text, email text, subject text, message text)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
return private.submit_contact(name, email, subject, message);

comment on function public.submit_contact is
  'Sends a message to the platform; anybody may, 5 an hour. name: 1 to 150 characters; email: an address to answer to; subject: 1 to 200; message: 1 to 5000. Returns {id, message}. Errors: VALIDATION_ERROR 422 with the arguments that are wrong, RATE_LIMITED 429 with Retry-After.';

revoke execute on function public.submit_contact from public, anon, authenticated, service_role;

grant execute on function public.submit_contact to anon, authenticated, service_role;
