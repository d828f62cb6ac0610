package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Notifications, large objects and the catalogue by pgjdbc. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcSessionTest {
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
    void notificationsWhileIdleAndWithAQuery() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection listener = place.connect();
                    Connection sender = place.connect()) {
                PGConnection connection = listener.unwrap(PGConnection.class);
                listener.createStatement().execute("LISTEN news");
                sender.createStatement().execute("NOTIFY news, 'while idle'");
                say(connection.getNotifications(10_000), out);
                sender.createStatement().execute("NOTIFY news, 'before a query'");
                listener.createStatement().execute("SELECT 1");
                say(connection.getNotifications(), out);
                listener.createStatement().execute("NOTIFY news, 'from itself'");
                say(connection.getNotifications(), out);
                listener.createStatement().execute("UNLISTEN *");
                sender.createStatement().execute("NOTIFY news, 'unheard'");
                listener.createStatement().execute("SELECT 1");
                say(connection.getNotifications(), out);
            }
        });

        assertThat(seen)
                .contains("news: while idle", "news: before a query", "news: from itself")
                .doesNotContain("unheard");
    }

    @Test
    void theProcessIsThatOfTheServer() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                int told = connection.unwrap(PGConnection.class).getBackendPID();
                out.say("pid", told == pid(connection));
            }
        });

        assertThat(seen).isEqualTo("pid: true\n");
    }

    @Test
    void largeObjectsByFunctionCalls() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                connection.setAutoCommit(false);
                LargeObjectManager manager =
                        connection.unwrap(PGConnection.class).getLargeObjectAPI();
                byte[] content = new byte[300_000];
                new Random(7).nextBytes(content);
                long oid = manager.createLO();
                try (LargeObject object = manager.open(oid, LargeObjectManager.READWRITE)) {
                    object.write(content);
                    object.seek64(100_000, LargeObject.SEEK_SET);
                    byte[] part = object.read(50_000);
                    out.say(
                            "part",
                            java.util.Arrays.equals(part, java.util.Arrays.copyOfRange(content, 100_000, 150_000)));
                    out.say("position", object.tell64());
                    object.truncate64(200_000);
                    out.say("size", object.size64());
                }
                out.refused(() -> manager.open(1L));
                connection.rollback();
                out.refused(() -> manager.delete(2L));
                connection.rollback();
            }
        });

        assertThat(seen).contains("part: true", "position: 150000", "size: 200000", "42704");
    }

    @Test
    void theDriversViewOfTheCatalogue() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                DatabaseMetaData data = connection.getMetaData();
                out.say(data.getDatabaseProductVersion());
                out.say(data.getUserName());
                out.rows(data.getTables(null, "shop", "%", new String[] {"TABLE", "VIEW", "SEQUENCE", "TYPE"}));
                out.rows(data.getColumns(null, "shop", "orders", "%"));
                out.rows(data.getPrimaryKeys(null, "shop", "orders"));
                out.rows(data.getImportedKeys(null, "shop", "orders"));
                out.rows(data.getIndexInfo(null, "shop", "orders", false, true));
                out.rows(data.getProcedures(null, "shop", "%"));
                out.rows(data.getFunctionColumns(null, "shop", "total", "%"));
                out.rows(data.getSchemas());
                out.say(data.getSQLKeywords());
            }
        });

        assertThat(seen).contains("orders_by_customer", "what customers want", "open_orders");
    }

    @Test
    void parametersThatTheServerReports() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection =
                    place.connect("ApplicationName", "parameters", "options", "-c DateStyle=German")) {
                PGConnection reported = connection.unwrap(PGConnection.class);
                out.say(new java.util.TreeMap<>(reported.getParameterStatuses()));
                connection.createStatement().execute("SET TimeZone = 'Asia/Tokyo'; SET application_name = 'other'");
                connection.createStatement().execute("SET standard_conforming_strings = off");
                out.say(new java.util.TreeMap<>(reported.getParameterStatuses()));
                out.say(connection.isValid(5));
            }
        });

        assertThat(seen).contains("TimeZone=Asia/Tokyo", "application_name=other", "standard_conforming_strings=off");
    }

    private static int pid(Connection connection) throws SQLException {
        try (ResultSet rows = connection.createStatement().executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void say(PGNotification[] notifications, Transcript out) {
        for (PGNotification one : notifications == null ? new PGNotification[0] : notifications) {
            out.say(one.getName(), one.getParameter());
        }
    }
}
