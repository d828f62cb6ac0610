\set id 2
select * from kinds where id = :id;
select random() < 2;
table many;
select * from odd order by id;
begin;
table many;
select * from nobody;
end;
