package io.pgproxy.readonly.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that pgjdbc tells of a database is the same through a read-only proxy. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseMetaDataTest {
    /** They tell of the connection itself. */
    private static final Set<String> ABOUT_CONNECTION = Set.of("getConnection", "getURL", "unwrap", "isWrapperFor");

    /** Catalog, schema, table, and whatever comes behind. */
    private static final List<String> TEXTS = Arrays.asList(null, "shop", "orders", "%");

    private TestDatabase database;
    private ProxyServer proxy;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        proxy = ReadOnlyProxy.before(given.server(), given.name());
        Shop.in(given);
    }

    @AfterAll
    void stop() {
        proxy.close();
    }

    @ParameterizedTest
    @CsvSource({"simple, true", "simple, false", "extended, true", "extended, false", "extendedForPrepared, true"})
    void metaDataIsTheSame(String queryMode, boolean autocommit) throws Exception {
        Map<String, String> direct = metaData(database.port(), queryMode, autocommit);
        Map<String, String> proxied = metaData(proxy.port(), queryMode, autocommit);

        assertThat(proxied).isEqualTo(direct);
        assertThat(direct.get("getColumns")).contains("double_price");
        assertThat(direct.get("getImportedKeys")).contains("customers");
        assertThat(direct.get("getTypeInfo")).contains("int8");
    }

    private Map<String, String> metaData(int port, String queryMode, boolean autocommit) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("preferQueryMode", queryMode);
        Map<String, String> told = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database.name(), properties)) {
            connection.setAutoCommit(autocommit);
            for (Method method : DatabaseMetaData.class.getMethods()) {
                if (!ABOUT_CONNECTION.contains(method.getName())) {
                    String answer = answer(connection.getMetaData(), method);
                    told.merge(method.getName(), answer, (one, other) -> one + "\n" + other);
                }
            }
            if (!autocommit) {
                connection.commit();
            }
        }
        return told;
    }

    private static String answer(DatabaseMetaData metaData, Method method) throws Exception {
        try {
            Object answer = method.invoke(metaData, arguments(method.getParameterTypes()));
            return answer instanceof ResultSet rows ? text(rows) : String.valueOf(answer);
        } catch (InvocationTargetException failure) {
            if (failure.getCause() instanceof SQLException error) {
                return "SQLSTATE " + error.getSQLState();
            }
            throw failure;
        }
    }

    private static @Nullable Object[] arguments(Class<?>[] types) {
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        int texts = 0;
        for (int i = 0; i < types.length; i++) {
            if (types[i] == String.class) {
                arguments[i] = TEXTS.get(texts++ % TEXTS.size());
            } else if (types[i] == int.class) {
                arguments[i] = 1;
            } else if (types[i] == boolean.class) {
                arguments[i] = true;
            }
        }
        return arguments;
    }

    private static String text(ResultSet rows) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (rows) {
            int columns = rows.getMetaData().getColumnCount();
            for (int i = 1; i <= columns; i++) {
                text.append(rows.getMetaData().getColumnLabel(i)).append('|');
            }
            while (rows.next()) {
                text.append('\n');
                for (int i = 1; i <= columns; i++) {
                    text.append(rows.getString(i)).append('|');
                }
            }
        }
        return text.toString();
    }
}
