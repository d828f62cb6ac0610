package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** COPY in all its directions, from psql and through its pipes. */
@WithPostgres
class PsqlCopyTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        Psql.isThere();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void copyToAndFromFiles(@TempDir Path directory) throws Exception {
        String seen = twice.sees((place, out) -> {
            Psql.at(place).in(directory).feed(out, """
                    \\copy shop.customers TO 'customers.txt'
                    \\copy (SELECT * FROM shop.orders ORDER BY id) TO 'orders.csv' WITH (FORMAT csv, HEADER)
                    CREATE TABLE c (LIKE shop.customers);
                    CREATE TABLE o (LIKE shop.orders);
                    \\copy c FROM 'customers.txt'
                    \\copy o FROM 'orders.csv' WITH (FORMAT csv, HEADER)
                    SELECT count(*), sum(price), md5(string_agg(o::text, '|' ORDER BY id)) FROM o;
                    SELECT count(*), md5(string_agg(c::text, '|' ORDER BY id)) FROM c;
                    \\copy c FROM 'no such file'
                    \\copy o FROM 'customers.txt'
                    \\copy nothing FROM 'customers.txt'
                    SELECT 'usable';
                    """);
            out.say(Files.readString(directory.resolve("customers.txt")));
            out.say(Files.readString(directory.resolve("orders.csv")));
        });

        assertThat(seen)
                .contains("COPY 41", "COPY 300", "usable", "tab\\there", "No such file", "CONTEXT:  COPY o, line 1");
    }

    @Test
    void copyInlineWithinAScript() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                CREATE TABLE c (i int, t text);
                COPY c FROM STDIN;
                1\tone
                2\ttwo
                \\.
                COPY c FROM STDIN;
                3\tthree
                x\tnot a number
                5\tfive
                \\.
                TABLE c;
                COPY c TO STDOUT;
                BEGIN;
                COPY c FROM STDIN WITH (FORMAT csv, FREEZE false);
                4,"f,o""ur"
                \\.
                COPY c TO STDOUT WITH (FORMAT csv, FORCE_QUOTE *);
                ROLLBACK;
                SELECT 'before' \\; COPY c TO STDOUT \\; SELECT 'after';
                COPY (SELECT 1/0) TO STDOUT;
                SELECT count(*) FROM c;
                """));

        assertThat(seen).contains("COPY 2", "invalid input syntax", "before", "after");
    }

    @Test
    void copyBinaryOutAndBackIn(@TempDir Path directory) throws Exception {
        String seen = twice.sees((place, out) -> {
            Path file = directory.resolve("customers.bin");
            Psql.at(place).to(file, "COPY shop.customers TO STDOUT (FORMAT binary)");
            out.say("bytes", HexFormat.of().formatHex(Files.readAllBytes(file)));
            Psql.at(place).in(directory).feed(out, """
                    CREATE TABLE c (LIKE shop.customers);
                    \\copy c FROM 'customers.bin' WITH (FORMAT binary)
                    SELECT count(*), md5(string_agg(c::text, '|' ORDER BY id)) FROM c;
                    \\copy (SELECT * FROM c) TO 'again.bin' WITH (FORMAT binary)
                    \\copy shop.orders FROM 'again.bin' WITH (FORMAT binary)
                    """);
            out.say("same bytes", Files.mismatch(file, directory.resolve("again.bin")) == -1);
            Files.writeString(file, "no PGCOPY header");
            Psql.at(place).in(directory).feed(out, "\\copy c FROM '" + file.getFileName() + "' (FORMAT binary)\n");
        });

        assertThat(seen).contains("bytes: 5047434f50590aff0d0a00", "COPY 41", "same bytes: true", "ERROR");
    }

    @Test
    void manyRowsBothWays(@TempDir Path directory) throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).in(directory).feed(out, """
                \\copy (SELECT i, md5(i::text) FROM generate_series(1, 100000) i) TO 'many.txt'
                CREATE TABLE many (i int, t text);
                \\copy many FROM 'many.txt'
                SELECT count(*), sum(i), md5(string_agg(t, '' ORDER BY i)) FROM many;
                """));

        assertThat(seen).contains("COPY 100000", "5000050000");
    }
}
