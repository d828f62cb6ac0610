"""A session by psycopg 3, whose transcript is to be the same whoever answers."""

import psycopg
from psycopg import sql

from transcript import Expected, line, result, said

connection = psycopg.connect("", autocommit=True, prepare_threshold=2)
connection.add_notice_handler(lambda notice: line("notice", said(notice)))
connection.add_notify_handler(lambda notify: line("notify", notify.channel, notify.payload))
expected = Expected((psycopg.Error, ValueError))


def ask(text, *values, **options):
    line(text, values, options)
    with expected:
        result(connection.execute(text, values or None, **options))
    line("", connection.info.transaction_status.name)


def part(function):
    line("==", function.__name__)
    function()
    line("", connection.info.transaction_status.name)
    for name in ["in_hot_standby", "TimeZone", "application_name", "server_version", "DateStyle"]:
        line("", name, connection.info.parameter_status(name))
    return function


@part
def definitions():
    ask("create table t (id int primary key, v text check (v <> 'bad'), n numeric)")
    ask("create function twice(int) returns int language sql as 'select $1 * 2'")
    ask("create sequence s")


@part
def reads_and_writes():
    for i in range(1, 6):
        ask("insert into t values (%s, %s, %s) returning *", i, f"v{i}", i / 4)
        ask("select count(*), max(id) from t where id >= %s", 1)
    for i in range(5):
        ask("select id, v, n from t where id = %s", i)
        ask("select twice(%s)", i)
    ask("select * from t order by id", prepare=False)
    ask("select id, n from t order by id", binary=True)
    ask("update t set v = v || '!' where id < %s", 3)
    ask("select v from t order by id; update t set n = 0 where id = 5; select n from t where id = 5")
    ask("with moved as (delete from t where id = 5 returning *) select * from moved")
    ask("select nextval('s')")
    ask("select currval('s')")
    ask("values (1, 'a'), (2, 'b')")
    ask("explain (costs off) select from t")
    ask("")
    ask("select %s::int[], %s::jsonb, %s::bytea, %s::date, %s::text", [1, None], '{"a": 1}', b"\0\1", "2020-02-29", None)


@part
def errors():
    for repeated in range(4):
        ask("select 1 / %s::int", 0)
        ask("insert into t values (%s, %s, 1)", 1, "twice")
        ask("select v from t where id = %s", 1)
    ask("insert into t values (9, 'bad', 1)")
    ask("selec 1")
    ask("select nothing from t")
    ask("select from missing")
    ask("select %s::int", "no number")
    ask("select 1; select 1 / 0; select 2")
    ask("select 2")


@part
def notices_and_settings():
    ask("do $$ begin raise notice 'told'; raise warning 'warned' using hint = 'take care'; end $$")
    ask("drop table if exists missing")
    ask("set time zone 'Asia/Tokyo'")
    ask("select '2020-01-01 12:00+00'::timestamptz::text, current_setting('TimeZone')")
    ask("show time zone")
    ask("set application_name = 'mine'")
    ask("set datestyle = 'german'")
    ask("select '2020-01-31'::date::text")
    ask("reset datestyle")
    ask("set statement_timeout = '50ms'")
    ask("select pg_sleep(5)")
    ask("reset statement_timeout")
    ask("listen l")
    ask("notify l, 'heard'")
    ask("select 1")
    ask("unlisten *")


@part
def transactions():
    with connection.transaction():
        ask("select count(*) from t")
        ask("insert into t values (10, 'ten', 10)")
        ask("select v from t where id = %s", 10)
    with expected, connection.transaction():
        ask("select count(*) from t")
        with expected, connection.transaction("inner"):
            ask("insert into t values (11, 'eleven', 11)")
            ask("select 1 / 0")
            ask("select 1")
            raise ValueError("left")
        ask("select max(id) from t")
        with connection.transaction(force_rollback=True):
            ask("delete from t")
            ask("select count(*) from t")
        ask("select max(id) from t")
    with connection.transaction(force_rollback=True):
        ask("set local time zone 'Europe/Berlin'")
        ask("select current_setting('TimeZone'), '2020-01-01 12:00+00'::timestamptz::text")
        ask("delete from t")
    ask("select count(*), current_setting('TimeZone') from t")
    for level in psycopg.IsolationLevel:
        for read_only in [False, True]:
            connection.isolation_level = level
            connection.read_only = read_only
            line(level.name, read_only)
            with connection.transaction():
                ask("select count(*) from t")
                ask("show transaction_isolation")
            with connection.transaction(force_rollback=True):
                ask("update t set v = v")
    connection.isolation_level = connection.read_only = None
    with connection.transaction():
        ask("begin")
    ask("commit")
    ask("rollback")


@part
def without_autocommit():
    connection.autocommit = False
    ask("select count(*) from t")
    ask("insert into t values (12, 'twelve', 12)")
    connection.commit()
    ask("select v from t where id = %s", 12)
    ask("selec")
    ask("select 1")
    ask("rollback; insert into t values (13, 'thirteen', 13)")
    connection.rollback()
    ask("select max(id) from t")
    ask("savepoint a")
    ask("select 1 / 0")
    ask("rollback to a")
    ask("select max(id) from t")
    ask("rollback; select 1")
    connection.rollback()
    connection.autocommit = True


@part
def cursors():
    with connection.transaction(), connection.cursor("named", scrollable=True) as cursor:
        cursor.execute("select id from t order by id")
        line(cursor.fetchone(), cursor.fetchmany(2))
        cursor.scroll(-1)
        line(cursor.fetchall())
    with connection.cursor() as cursor:
        line(list(cursor.stream("select id from t where id < %s order by id", (4,))))
        with expected:
            for row in cursor.stream("select 1 / (3 - n) from generate_series(1, 5) n"):
                line(row)


def copy_in(text, *rows, lines=None, types=None):
    line(text)
    with expected, connection.cursor() as cursor:
        with cursor.copy(text) as copy:
            if types:
                copy.set_types(types)
            for row in rows:
                copy.write_row(row)
            if lines:
                copy.write(lines)
            if not rows and not lines:
                raise ValueError("no rows")
        line(cursor.statusmessage, cursor.rowcount)


def copy_out(text):
    line(text)
    with expected, connection.cursor() as cursor:
        with cursor.copy(text) as copy:
            line(b"".join(bytes(piece) for piece in copy))
        line(cursor.statusmessage, cursor.rowcount)


@part
def copies():
    copy_in("copy t from stdin", (20, "twenty", 20), (21, "a\tb\\", None))
    copy_in("copy t from stdin (format csv)", lines="22,\"a,b\",1\n23,,2\n")
    copy_in("copy t (id, v) from stdin (format binary)", (24, "binary"), types=["int4", "text"])
    copy_in("copy t from stdin", (25, "x", 1), (1, "twice", 1))
    copy_in("copy t from stdin", lines="no number\n")
    copy_in("copy t from stdin")
    copy_in("copy missing from stdin", (1,))
    for out in ["t", "(select id, v from t where id >= 20 order by id)", "(select 1 / 0)", "missing",
                "(select repeat('x', 1000) from generate_series(1, 200))",
                "(insert into t values (26, 'out', 1) returning id)"]:
        copy_out(f"copy {out} to stdout")
    copy_out("copy (select id, n from t order by id) to stdout (format binary)")
    with connection.transaction():
        copy_out("copy (select count(*) from t) to stdout")
        copy_in("copy t from stdin", (30, "thirty", 30))
        copy_out("copy (select count(*) from t) to stdout")
    ask("select count(*), sum(id) from t")


@part
def pipelines():
    with connection.pipeline():
        cursors = [connection.execute("select v from t where id = %s", (i,)) for i in range(1, 6)]
        cursors.append(connection.execute("update t set n = n + 1 where id <= %s returning n", (2,)))
        cursors.append(connection.execute("select sum(n) from t where id <= %s", (2,)))
    for cursor in cursors:
        result(cursor)
    with connection.pipeline() as pipeline:
        first = connection.execute("select count(*) from t")
        pipeline.sync()
        second = connection.execute("insert into t values (40, 'forty', 40) returning id")
        pipeline.sync()
        third = connection.execute("select max(id) from t")
        line(first.fetchall(), second.fetchall(), third.fetchall())
    with expected, connection.pipeline():
        connection.execute("insert into t values (41, 'goes with the error', 41)")
        connection.execute("select 1 / %s::int", (0,))
        connection.execute("select 1")
    ask("select max(id) from t")
    with expected, connection.pipeline() as pipeline:
        connection.execute("insert into t values (42, 'stays', 42)")
        pipeline.sync()
        with expected:
            connection.execute("selec")
            pipeline.sync()
        line(connection.execute("select max(id) from t").fetchall())
    with connection.pipeline(), connection.transaction():
        seen = connection.execute("select max(id) from t")
        connection.execute("insert into t values (43, 'in a block', 43)")
        line(seen.fetchall(), connection.execute("select max(id) from t").fetchall())
    with expected, connection.pipeline(), connection.transaction():
        connection.execute("insert into t values (44, 'rolled back', 44)")
        connection.execute("select 1 / 0")
    ask("select max(id) from t")


@part
def many():
    with connection.cursor() as cursor:
        cursor.executemany("insert into t values (%s, %s, 0) returning id", [(i, f"m{i}") for i in range(50, 60)],
                           returning=True)
        result(cursor)
        cursor.executemany("select v from t where id = %s", [(i,) for i in range(50, 55)], returning=True)
        result(cursor)
        with expected:
            cursor.executemany("insert into t values (%s, 'again', 0)", [(60,), (50,), (61,)])
    ask("select count(*), max(id) from t")


@part
def what_is_kept():
    with connection.cursor("held", withhold=True) as cursor:
        cursor.execute("select id from t where id > %s order by id", (1,))
        line(cursor.fetchone())
        ask("select count(*) from t")
        line(cursor.fetchall())
    ask("create temp table mine as select 1 as a")
    ask("select a from mine")
    ask("drop table mine")
    for repeated in range(3):
        ask("select v from t where id = %s", 1)
        ask("deallocate all")
    ask("prepare p (int) as select v from t where id = $1")
    ask("execute p (2)")
    ask("deallocate p")
    ask("execute p (2)")
    ask("discard all")
    ask("select v from t where id = %s", 1)
    ask("show time zone")
    line(sql.SQL("select {}").format(sql.Literal("it's")).as_string(connection))


connection.close()
line("closed", connection.closed)
