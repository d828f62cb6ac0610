package io.pgproxy.cache.drivers;

import java.util.List;

/** What there is to read, and texts that read it. */
final class Content {
    static final String SETUP = """
            create type mood as enum ('sad', 'ok', 'happy');
            create domain cents as bigint check (value >= 0);
            create table kinds(
                id int primary key, small smallint, big bigint, num numeric, f4 real, f8 double precision,
                flag boolean, txt text, vc varchar(20), ch char(5), name name, bin bytea,
                d date, t time, ts timestamp, tz timestamptz, iv interval,
                u uuid, j json, jb jsonb, ints int[], texts text[], jbs jsonb[]);
            insert into kinds values
                (1, -7, 1099511627776, 12345.67890, 1.5, 0.1, true, E'a\\tb\\n\\\\ "c" \\u00fc\\u20ac\\U0001F418', 'short', 'ab', 'n', '\\x00ff10',
                 '2024-02-29', '23:59:59.999999', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789+05', '1 mon 2 days 03:04:05.6',
                 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, null]}', '{"b": {"c": "\\u20ac"}}',
                 '{1,2,null}', '{"a b",null,"NULL",""}', array['{"x": 1}'::jsonb, 'null']),
                (3, 0, 0, 0, 0, 0, false, '', '', '', '', '', '0001-01-01', '00:00', '0001-01-01', '1970-01-01 00:00+00', '0',
                 '00000000-0000-0000-0000-000000000000', '{}', '[]', '{}', '{}', '{}');
            insert into kinds values (2); -- all else is NULL
            create table odd(
                id int primary key, how mood, price cents, num numeric, f8 double precision, d date, tz timestamptz, ttz timetz,
                nested int[][], shifted int[], moods mood[], ip inet, net cidr, mac macaddr, span int4range, spans int4multirange,
                at point, shape polygon, bits varbit, money money, x xml, words tsvector, asks tsquery, whole kinds, o oid);
            insert into odd values
                (1, 'happy', 99, 'NaN', '-Infinity', 'infinity', '4713-01-01 00:00+00 BC', '12:00+02', '{{1,2},{3,null}}',
                 '[0:1]={5,6}', '{sad,ok}', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', '[1,5)', '{[1,3),[7,9)}', '(1,-2.5)',
                 '((0,0),(1,1),(2,0))', '10110', 12.34, '<a b="c"/>', 'fat:1 cat:2B', 'fat & !rat', (select k from kinds k where id = 1), 4000000000);
            insert into odd values (2);
            create table wide(id int primary key, txt text, bin bytea);
            insert into wide select n, repeat(n || E' eleph\\u20acnt ', 6000), decode(repeat(md5(n::text), 3200), 'hex')
                from generate_series(1, 1) n;
            create table many(id int primary key, txt text);
            insert into many select n, 'row ' || n from generate_series(1, 50) n;
            create table nobody(id int, name text);
            create table part(id int primary key, of int references kinds, label text);
            insert into part select n, 1 + n % 3, 'part ' || n from generate_series(1, 9) n;
            create table scratch(n int);
            insert into scratch values (0);
            """;

    /** Types that every driver knows. */
    static final String KINDS = "select * from kinds order by id";

    /** Those that many do not, and values that few can hold. */
    static final String ODD = "select * from odd order by id";

    static final String NULLS = "select * from kinds where id = 2";
    /** 100 kB in either column. */
    static final String WIDE = "select * from wide order by id";

    static final String MANY = "select id, txt from many order by id";
    static final String EMPTY = "select * from nobody";
    static final String NO_COLUMNS = "select from kinds";

    /** Goes to the server each time, and gives the same. */
    static final String NEVER_KEPT = "select random() < 2 as always";

    /** A write that changes nothing that is read here. */
    static final String WRITE = "update scratch set n = 1";

    static final String ERROR = "select 1 / (id - 1) from kinds order by id desc";

    /** All that is read as it is, by any driver. */
    static final List<String> PLAIN = List.of(
            KINDS,
            NULLS,
            WIDE,
            MANY,
            EMPTY,
            NEVER_KEPT,
            "select ints, texts, jbs from kinds where ints is not null order by id",
            "select count(*), sum(num), max(txt) from kinds",
            "select k.id, p.label from kinds k join part p on p.of = k.id order by p.id",
            "values (1, 'one'), (2, null)",
            "table many",
            "select 1 as a, 1 as a, null as \"B \"\"c\"\"\", 'unknown'",
            WRITE,
            KINDS);

    private Content() {}
}
