-- One statement at a time, like its two neighbours in count_ratings.sql: rows of several courses are counted in one order.
-- In a file of its own, because the formatter cannot read a trigger with both tables.
create trigger count_changed_ratings
after update on public.reviews
referencing old table as replaced new table as changed
for each statement
execute function private.count_ratings();
