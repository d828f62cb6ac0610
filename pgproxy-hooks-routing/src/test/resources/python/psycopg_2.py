"""A session by psycopg2, which sends nothing but texts, whose transcript is to be the same whoever answers."""

import io

import psycopg2
from psycopg2 import extensions, extras

from transcript import Expected, line

connection = psycopg2.connect("")
connection.autocommit = True
expected = Expected(psycopg2.Error)


def ask(text, *values):
    line(text, values)
    with expected, connection.cursor() as cursor:
        cursor.execute(text, values or None)
        line("", cursor.statusmessage, cursor.rowcount, cursor.fetchall() if cursor.description else None)
    line("", connection.get_transaction_status(), connection.notices, [(n.channel, n.payload) for n in connection.notifies])
    connection.notices.clear()
    connection.notifies.clear()


def part(function):
    line("==", function.__name__)
    function()
    line("", connection.get_transaction_status(), connection.encoding)
    for name in ["in_hot_standby", "TimeZone", "client_encoding", "DateStyle"]:
        line("", name, connection.get_parameter_status(name))
    return function


@part
def reads_and_writes():
    ask("create table t (id int primary key, v text)")
    for i in range(1, 5):
        ask("insert into t values (%s, %s) returning id", i, f"it's {i}")
        ask("select v from t where id = %s", i)
    ask("update t set v = 'x' where id = 1; select v from t where id = 1")
    ask("select v from t where id = 2; select 1 / 0; select 2")
    ask("select v from t where id = 1")
    ask("select id from t where v = %s", "x")
    with connection.cursor() as cursor:
        extras.execute_values(cursor, "insert into t values %s", [(i, f"v{i}") for i in range(10, 40)], page_size=7)
        extras.execute_batch(cursor, "update t set v = %s where id = %s", [(f"b{i}", i) for i in range(10, 20)])
    ask("select count(*), min(v), max(v) from t")


@part
def blocks():
    connection.autocommit = False
    ask("select count(*) from t")
    ask("insert into t values (50, 'fifty')")
    ask("select count(*) from t")
    connection.commit()
    ask("select count(*) from t")
    connection.rollback()
    with connection:
        ask("select max(id) from t")
        ask("savepoint a")
        ask("insert into t values (50, 'twice')")
        ask("select 1")
        ask("rollback to savepoint a")
        ask("insert into t values (51, 'once')")
        ask("release a")
    ask("select max(id) from t")
    ask("selec")
    ask("insert into t values (52, 'in a failed block')")
    connection.rollback()
    ask("select max(id) from t")
    connection.commit()
    for level in [extensions.ISOLATION_LEVEL_READ_COMMITTED, extensions.ISOLATION_LEVEL_REPEATABLE_READ,
                  extensions.ISOLATION_LEVEL_SERIALIZABLE]:
        for read_only in [True, False]:
            connection.set_session(isolation_level=level, readonly=read_only)
            ask("select count(*), current_setting('transaction_isolation') from t")
            ask("show transaction_read_only")
            ask("insert into t values (53, 'not for long')")
            connection.rollback()
    connection.set_session(isolation_level="DEFAULT", readonly="DEFAULT", deferrable="DEFAULT")
    connection.autocommit = True
    ask("select max(id) from t")
    ask("begin; select 1 / 0")
    ask("rollback; insert into t values (54, 'behind the end of a failed block')")
    ask("begin; select max(id) from t")
    ask("commit; insert into t values (55, 'behind the end of a block')")
    ask("select max(id) from t")


@part
def copies():
    for text, lines in [("copy t from stdin", "60\tsixty\n61\t\\N\n"), ("copy t from stdin csv", '62,"a,b"\n'),
                        ("copy t from stdin", "1\ttwice\n"), ("copy missing from stdin", "")]:
        line(text)
        with expected, connection.cursor() as cursor:
            cursor.copy_expert(text, io.StringIO(lines))
            line(cursor.statusmessage, cursor.rowcount)
    for text in ["copy (select * from t where id >= 60 order by id) to stdout", "copy (select 1 / 0) to stdout",
                 "copy (select repeat('y', 500) from generate_series(1, 100)) to stdout"]:
        line(text)
        with expected, connection.cursor() as cursor:
            out = io.StringIO()
            cursor.copy_expert(text, out)
            line(cursor.statusmessage, cursor.rowcount, out.getvalue())


@part
def prepared_and_large():
    ask("prepare p (int) as select v from t where id = $1")
    ask("prepare w (int) as insert into t values ($1, 'by a name') returning id")
    for i in range(70, 73):
        ask("execute w (%s)", i)
        ask("execute p (%s)", i)
    ask("deallocate w")
    ask("execute w (73)")
    with connection.cursor() as cursor:
        cursor.callproc("upper", ["called"])
        line(cursor.fetchall())
    connection.autocommit = False
    large = connection.lobject(0, "wb")
    oid = large.oid
    line(large.write(b"large " * 1000))
    large.close()
    connection.commit()
    large = connection.lobject(oid, "rb")
    line(large.seek(6), large.read(5), large.tell())
    large.unlink()
    connection.commit()
    connection.autocommit = True


@part
def settings_and_notices():
    ask("set time zone 'Asia/Tokyo'")
    ask("select '2020-01-01 12:00+00'::timestamptz::text")
    ask("set statement_timeout = '50ms'")
    ask("select pg_sleep(5)")
    ask("reset statement_timeout")
    ask("do $$ begin raise notice 'told'; end $$")
    ask("listen l")
    ask("notify l, 'heard'")
    ask("unlisten l")
    ask("select 'é', length('é')")
    ask("create temp table mine as select 1 as a")
    ask("select a from mine")
    connection.reset()
    connection.autocommit = True
    ask("show time zone")
    ask("select a from mine")
    ask("discard all")
    ask("select count(*), sum(id) from t")


@part
def cursors():
    connection.autocommit = False
    with connection.cursor("named", scrollable=True) as cursor:
        cursor.execute("select id from t where id > %s order by id", (12,))
        line(cursor.fetchone(), cursor.fetchmany(2))
        cursor.scroll(-2)
        line(cursor.fetchall())
    connection.commit()
    with connection.cursor("held", withhold=True) as cursor:
        cursor.execute("select id from t order by id")
        connection.commit()
        line(cursor.fetchmany(3))
    connection.commit()
    connection.autocommit = True


connection.close()
line("closed", connection.closed)
