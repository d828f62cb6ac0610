\set id 2
select * from kinds where id = :id;
table many;
\startpipeline
select * from kinds where id = :id;
select random() < 2;
table many;
select from kinds;
update scratch set n = 1;
table many;
\endpipeline
\startpipeline
begin;
table many;
select * from nobody;
end;
table many;
\endpipeline
