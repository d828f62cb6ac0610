"""Many clients at once: each asks for tokens of its own, and for rows and settings that only it writes.

Prints what was wrong, and at the end how many queries there were.
"""

import asyncio
import logging
import os
import time
import traceback

import psycopg

CLIENTS = int(os.environ["WORKLOAD_CLIENTS"])
LEAST = int(os.environ["WORKLOAD_ROUNDS"])
END = time.monotonic() + int(os.environ["WORKLOAD_MILLIS"]) / 1000
ZONES = ["Asia/Tokyo", "America/New_York", "Europe/Berlin", "UTC"]
NUMBERED = "select %s::text || '_' || n from generate_series(1, %s::int) n"


# It tells of every pipeline that ends with an error, and some are meant to.
logging.getLogger("psycopg").setLevel(logging.ERROR)


class Worker:
    queries = 0

    def __init__(self, number):
        self.name = f"psycopg_{number}"
        self.tokens = 0

    def token(self):
        self.tokens += 1
        return f"{self.name}_{self.tokens}"

    def wrong(self, what, seen, expected):
        print(f"wrong: {self.name} {what}: {seen!r}, not {expected!r}", flush=True)

    def same(self, what, seen, expected):
        if seen != expected:
            self.wrong(what, seen, expected)

    async def ask(self, sql, *values):
        cursor = await self.connection.execute(sql, values or None)
        rows = await cursor.fetchall() if cursor.description else []
        Worker.queries += 1
        return rows

    async def refused(self, state, token, awaitable):
        try:
            self.wrong(f"no {state}", await awaitable, token)
        except psycopg.Error as error:
            Worker.queries += 1
            said = f"{error.diag.message_primary} {error.diag.message_detail}"
            if error.sqlstate != state or token not in said:
                self.wrong("another error", f"{error.sqlstate} {said}", f"{state} {token}")

    async def settle(self):
        number = self.tokens
        self.settings = (self.token(), self.token(), ZONES[number % 4], f"s{number % 8}")
        await self.ask(f"set app.tenant to '{self.settings[0]}'")
        await self.ask("select set_config('application_name', %s, false)", self.settings[1])
        await self.ask(f"set time zone '{self.settings[2]}'")
        await self.ask(f"set search_path to {self.settings[3]}")

    async def begin(self):
        # Every statement has a name from the first run on, and every client has the same names.
        self.connection = await psycopg.AsyncConnection.connect("", autocommit=True, prepare_threshold=0)
        await self.settle()
        self.row = self.token()
        await self.ask("insert into public.work values (%s, 0, %s)", self.name, self.row)

    async def round(self, number):
        token = self.token()
        self.same("a token", await self.ask(f"select %s::text || '{self.name}'", token), [(token + self.name,)])
        kinds = [self.rows, self.transaction, self.errors, self.settle, self.local, self.pipeline, self.batch, self.copy]
        await kinds[number % len(kinds)]()
        seen = await self.ask(
            "select current_setting('app.tenant'), current_setting('application_name'),"
            " current_setting('TimeZone'), current_setting('search_path')")
        self.same("its settings", seen, [self.settings])
        self.same("its row", await self.stored(), [(self.row,)])
        seen = await self.ask("select who || %s from mine", self.name)
        self.same("its schema", seen, [(self.settings[3] + self.name,)])

    async def stored(self):
        return await self.ask("select token from public.work where client = %s and n = 0", self.name)

    async def rows(self):
        token = self.token()
        self.same("rows", await self.ask(NUMBERED, token, 50), [(f"{token}_{i}",) for i in range(1, 51)])

    async def transaction(self):
        token = self.token()
        keep = self.tokens % 2 == 0
        async with self.connection.transaction(force_rollback=not keep):
            await self.ask("update public.work set token = %s where client = %s and n = 0", token, self.name)
            self.same("its row in the transaction", await self.stored(), [(token,)])
        if keep:
            self.row = token

    async def errors(self):
        token = self.token()
        await self.refused("22P02", token, self.ask("select %s::text::int", token))
        await self.refused("22012", "division", self.ask("select 1 / %s::int", 0))
        await self.refused("42703", token, self.ask(f"select {token}"))
        await self.ask("begin")
        await self.refused(
            "23505", f"({self.name}, 0)", self.ask("insert into public.work values (%s, 0, %s)", self.name, token))
        await self.refused("25P02", "aborted", self.ask("select 1"))
        await self.ask("rollback")

    async def local(self):
        token = self.token()
        async with self.connection.transaction(force_rollback=True):
            await self.ask(f"set local app.tenant to '{token}'")
            await self.ask(f"set application_name to '{token}'")
            self.same("a local setting", await self.ask("select current_setting('app.tenant')"), [(token,)])

    async def pipeline(self):
        tokens = [self.token() for _ in range(20)]
        async with self.connection.pipeline():
            cursors = [await self.connection.execute("select %s::text", (token,)) for token in tokens]
            self.same("a pipeline", [(await cursor.fetchone())[0] for cursor in cursors], tokens)
        Worker.queries += len(tokens)
        broken = self.token()
        await self.refused("22P02", broken, self.broken_pipeline(broken))

    async def broken_pipeline(self, broken):
        async with self.connection.pipeline():
            for value in [self.token(), broken, self.token()]:
                sql = "select %s::text::int" if value == broken else "select %s::text"
                await self.connection.execute(sql, (value,))

    async def batch(self):
        token = self.token()
        cursor = self.connection.cursor()
        values = [(self.name, n, f"{token}_{n}") for n in range(1, 21)]
        await cursor.executemany("insert into public.work values (%s, %s, %s)", values)
        seen = await self.ask("select client, n, token from public.work where client = %s and n > 0 order by n", self.name)
        self.same("the rows of a batch", seen, values)
        await self.ask("delete from public.work where client = %s and n > 0", self.name)

    async def copy(self):
        token = self.token()
        lines = "".join(f"{self.name}\t{i}\t{token}\n" for i in range(50))
        await self.copy_in(lines)
        await self.refused("22P02", token, self.copy_in(f"{lines}{self.name}\t{token}\tx\n"))
        sql = f"copy (select * from public.copied where client = '{self.name}' order by n) to stdout"
        async with self.connection.cursor() as cursor, cursor.copy(sql) as copy:
            parts = [bytes(part) async for part in copy]
        self.same("what it copied", b"".join(parts).decode(), lines)
        await self.ask("delete from public.copied where client = %s", self.name)

    async def copy_in(self, lines):
        async with self.connection.cursor() as cursor, cursor.copy("copy public.copied from stdin") as copy:
            await copy.write(lines)
        Worker.queries += 1

    async def work(self, number):
        try:
            await self.begin()
            i = 0
            while i < LEAST or time.monotonic() < END:
                await self.round(number + i)
                i += 1
            await self.connection.close()
        except Exception:
            self.wrong("has failed", traceback.format_exc(), "an answer")


async def main():
    await asyncio.gather(*(Worker(i).work(i) for i in range(CLIENTS)))
    print(f"queries: {Worker.queries}")


asyncio.run(main())
