"""What psycopg reads: text and binary, prepared or not, in pipelines and in blocks; then psycopg2."""

import psycopg
from psycopg import ClientCursor

PLAIN = [
    "select * from kinds order by id",
    "select * from odd order by id",
    "select * from kinds where id = 2",
    "select * from wide order by id",
    "select from kinds",
    "select * from nobody",
    "table many",
    "select random() < 2 as always",
    "select ints, texts, jbs from kinds order by id",
    "update scratch set n = 1",
    "select * from kinds order by id",
]
BY_ID = "select * from kinds where id = %s"
ERROR = "select 1 / (id - 1) from kinds order by id desc"


def read(connection, sql, values=None, **how):
    # Types are not decoded: what comes is compared where it comes along.
    binary = how.pop("binary", False)
    connection.cursor(binary=binary).execute(sql, values, **how)


def refused(work, *arguments):
    try:
        work(*arguments)
    except psycopg.Error:
        return
    raise SystemExit(f"no error: {arguments}")


def plain(connection):
    for sql in PLAIN:
        for how in [{}, {"binary": True}, {"prepare": True}, {"prepare": True, "binary": True}]:
            read(connection, sql, **how)
    for number in range(16):  # prepared by itself behind the fifth
        read(connection, BY_ID, [number % 4], binary=number % 2 == 0)
    by = "select id, num, tz, jb from kinds where num > %s and txt like %s and id = any(%b) and bin <> %b"
    for _ in range(7):
        read(connection, by, [0.5, "%", [1, 2, 3], b"\0"])
    refused(read, connection, ERROR)
    refused(read, connection, BY_ID, ["not a number"])
    list(connection.cursor().stream("select * from many order by id"))  # row by row
    client_side = ClientCursor(connection)
    for number in range(8):
        client_side.execute(BY_ID, [number % 4])
    client_side.execute("select 1; table many; select * from nobody")
    with connection.cursor() as cursor:
        cursor.executemany(BY_ID, [[1], [2], [1], [9]], returning=True)  # a pipeline of its own


def pipeline(connection):
    for _ in range(2):
        with connection.pipeline() as batch:
            for number in range(12):
                read(connection, BY_ID, [number % 4], prepare=number % 3 != 0)
                read(connection, PLAIN[number % len(PLAIN)], binary=number % 2 == 0)
                if number % 5 == 4:
                    batch.sync()


def failing_pipeline(connection):
    """By libpq's own calls: psycopg raises the error whenever it happens to come."""
    libpq = connection.pgconn
    libpq.enter_pipeline_mode()
    for sql in [PLAIN[0], ERROR, PLAIN[0]]:
        libpq.send_query_params(sql.encode(), None)
    libpq.pipeline_sync()
    libpq.send_query_params(PLAIN[0].encode(), None, result_format=1)
    libpq.pipeline_sync()
    syncs = 0
    while syncs < 2:
        result = libpq.get_result()
        if result is not None and result.status == psycopg.pq.ExecStatus.PIPELINE_SYNC:
            syncs += 1
    libpq.exit_pipeline_mode()


def block(connection):
    with connection.transaction():
        for sql in PLAIN[:7]:
            read(connection, sql)
            read(connection, sql, binary=True)
        with connection.transaction():
            read(connection, BY_ID, [1])
        with connection.cursor("portions") as cursor:
            cursor.itersize = 7
            cursor.execute("select * from many order by id")
            for _ in cursor:
                pass
        read(connection, "update scratch set n = 1")
        read(connection, BY_ID, [1])
    with connection.transaction(force_rollback=True):
        refused(read, connection, ERROR)
        refused(read, connection, BY_ID, [1])


with psycopg.connect("", autocommit=True) as connection:
    plain(connection)
    pipeline(connection)
    failing_pipeline(connection)
    block(connection)
with psycopg.connect("") as connection:  # which begins a block by itself
    read(connection, PLAIN[0])
    read(connection, BY_ID, [1])
    connection.commit()
    read(connection, BY_ID, [1])

try:
    import psycopg2
except ImportError:
    raise SystemExit(0)
connection = psycopg2.connect("")
for autocommit in [False, True]:
    connection.autocommit = autocommit
    with connection.cursor() as cursor:
        for sql in PLAIN:
            cursor.execute(sql)
        cursor.execute(BY_ID, [1])
        cursor.execute("select 1; table many")
    if not autocommit:
        connection.commit()
connection.close()
