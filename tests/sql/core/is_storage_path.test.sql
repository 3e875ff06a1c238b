begin;

select plan(4);

select is(
  array(select path from unnest(array['a', 'a/b/c.pdf', 'c/l/talk 1 (final).mp4', 'a/...b', 'a/.b', 'a/..b/c', '@$&+,;=:!*''']) path where private.is_storage_path(path) is not true),
  '{}', 'what Storage takes in a name is a path'
);
select is(
  array(
    select path
    from unnest(
      array[
        '', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/..', 'a/../b', 'a/./b', 'a/%2e%2e/b', 'a/%2E%2E/b', 'a/.%2e/b', 'a\b', 'a/..\b',
        'a?b', 'a#b', 'a%2fb', E'a\nb', E'a/b\n', E'a/..\n', E'a\tb', 'ä', 'a|b', 'a"b', 'a~b'
      ]
    ) path
    where private.is_storage_path(path) is not false
  ),
  '{}', 'nothing that an address reads as a step up, an escape, a query or an anchor is'
);
select is(private.is_storage_path(null), null, 'no path is neither');
select is(
  array[
    private.are_storage_paths('["a", "b/c"]'), private.are_storage_paths('[]'), private.are_storage_paths('["a", "../b"]'),
    private.are_storage_paths('["a", 1]'), private.are_storage_paths('[null]'), private.are_storage_paths('[["a"]]')
  ],
  '{t,t,f,f,f,f}', 'a list is as good as its worst element'
);

select * from finish();

rollback;
