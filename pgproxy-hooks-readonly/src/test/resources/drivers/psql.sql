-- What psql reads, one by one, in one Query, by \gdesc, in portions and in a block.
select * from kinds order by id;
select * from odd order by id;
select * from kinds where id = 2 \gx
select * from nobody;
select from kinds;
select * from wide order by id \g /dev/null
table many;
select random() < 2 as always;
select * from kinds order by id;
select 1\; table many\; select * from nobody;
select id, txt, jb from kinds \gdesc
select id, txt, jb from kinds where id < 3;
select 1 as one, 'x' as x \gset
select :one, :'x';
select 1 / (id - 1) from kinds order by id desc;
table many;
update scratch set n = 1;
table many;
begin;
table many;
select from kinds;
\set FETCH_COUNT 7
table many;
\unset FETCH_COUNT
table many;
update scratch set n = 1;
table many;
rollback;
begin isolation level read committed;
table many;
select 1 / (id - 1) from kinds order by id desc;
table many;
end;
copy (table many) to stdout;
table many;
