package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** COPY by pgjdbc's CopyManager. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcCopyTest {
    private Twice twice;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        twice = places(database);
    }

    /** Where it runs beside the server itself. */
    Twice places(TestDatabase database) throws Exception {
        return Twice.andInProcess(database);
    }

    @AfterAll
    void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void textInAndOut() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                connection.createStatement().execute("CREATE TABLE c (i int, t text)");
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 20_000; i++) {
                    lines.append(i).append("\trow ").append(i).append('\n');
                }
                out.say(copy.copyIn("COPY c FROM STDIN", new StringReader(lines.toString())));
                ByteArrayOutputStream back = new ByteArrayOutputStream();
                out.say(copy.copyOut("COPY c TO STDOUT", back));
                out.say("same " + back.toString(StandardCharsets.UTF_8).contentEquals(lines));
                out.say(copy.copyIn("COPY c FROM STDIN", new StringReader("")));
                usable(connection, out);
            }
        });

        assertThat(seen).contains("20000\n20000\nsame true\n0\n");
    }

    @Test
    void binaryInAndOut() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                out.say(copy.copyOut("COPY shop.customers TO STDOUT (FORMAT binary)", bytes));
                out.say(HexFormat.of().formatHex(bytes.toByteArray()));
                connection.createStatement().execute("CREATE TABLE c (LIKE shop.customers)");
                out.say(copy.copyIn(
                        "COPY c FROM STDIN (FORMAT binary)", new ByteArrayInputStream(bytes.toByteArray())));
                out.rows(connection.createStatement().executeQuery("SELECT count(*), min(name), max(born) FROM c"));
            }
        });

        assertThat(seen).contains("5047434f50590aff0d0a00", "41|customer 1|");
    }

    @Test
    void cancelledAndBrokenInTheMiddle() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                connection.createStatement().execute("CREATE TABLE c (i int)");
                CopyIn cancelled = copy.copyIn("COPY c FROM STDIN");
                cancelled.writeToCopy("1\n2\n".getBytes(StandardCharsets.UTF_8), 0, 4);
                cancelled.flushCopy();
                out.refused(cancelled::cancelCopy);
                usable(connection, out);

                out.refused(() -> copy.copyIn("COPY c FROM STDIN", new StringReader("1\nx\n" + "3\n".repeat(50_000))));
                usable(connection, out);

                out.refused(() -> copy.copyOut(
                        "COPY (SELECT 1 / (500 - i) FROM generate_series(1, 1000) i) TO STDOUT",
                        new ByteArrayOutputStream()));
                usable(connection, out);

                out.refused(() -> copy.copyIn("COPY nothing FROM STDIN", new StringReader("1\n")));
                usable(connection, out);
            }
        });

        assertThat(seen).contains("no error", "22P02", "22012", "42P01");
    }

    @Test
    void aCopyOutIsCancelledHalfway() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                CopyOut half =
                        copy.copyOut("COPY (SELECT i, repeat('x', 1000) FROM generate_series(1, 50000) i) TO STDOUT");
                out.say(half.readFromCopy().length);
                half.cancelCopy();
                out.say("active", half.isActive());
            }
        });

        assertThat(seen).isEqualTo("1003\nactive: false\n");
    }

    private static void usable(Connection connection, Transcript out) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            out.rows(statement.executeQuery("SELECT 'usable', count(*) FROM shop.orders"));
        }
    }
}
