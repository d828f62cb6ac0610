package io.pgproxy.core.pool.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The program of docs/pooling.md is the class beside this one, and what is said there is shown by tests. */
@WithPostgres
class DocumentsTest {
    private static final Path PAGE = Path.of("../docs/pooling.md");
    private static final Path TESTS = Path.of("src/test/java/io/pgproxy/core/pool");

    @Test
    void theProgramIsTheOneOfThePage() throws Exception {
        String program = Files.readString(TESTS.resolve("documents/Pooled.java"));
        assertThat(Files.readString(PAGE))
                .contains("```java\n" + program.substring(program.indexOf("import ")) + "```");
    }

    @Test
    void clientsShareAndThePoolCanBeEmptied(TestDatabase database) throws Exception {
        try (ProxyServer server = Pooled.start(database.url())) {
            List<Connection> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Connection client = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(),
                        database.user(),
                        database.password());
                clients.add(client);
                client.createStatement().execute("select 1");
            }
            assertThat(server.pools().get(0).clients()).isEqualTo(20);
            assertThat(server.pools().get(0).open()).isLessThanOrEqualTo(10);
            List<Integer> open = new ArrayList<>();
            assertThat(Pooled.whileNobodyIsThere(
                            server, () -> open.add(server.pools().get(0).open())))
                    .isTrue();
            assertThat(open).containsExactly(0);
            for (Connection client : clients) {
                client.createStatement().execute("select 1");
                client.close();
            }
        }
    }

    /** With its default, in a form that a reader takes in at once. */
    @Test
    void everySettingIsInTheTable() throws Exception {
        String page = Files.readString(PAGE);
        for (Method setting : PoolSettings.class.getMethods()) {
            boolean isSetting = setting.getDeclaringClass() == PoolSettings.class
                    && !Modifier.isStatic(setting.getModifiers())
                    && setting.getParameterCount() == 0
                    && !List.of("toString", "toBuilder").contains(setting.getName());
            if (isSetting) {
                assertThat(page)
                        .contains("| `" + setting.getName() + "` | " + shown(setting.invoke(PoolSettings.DEFAULT))
                                + " |");
            }
        }
    }

    private static String shown(Object value) {
        if (value instanceof Duration time) {
            long seconds = time.toSeconds();
            return seconds % 3600 == 0
                    ? seconds / 3600 + " h"
                    : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
        }
        if (value instanceof Enum<?> constant) {
            return "`" + constant.name() + "`";
        }
        return value.equals(Integer.MAX_VALUE) ? "any number" : String.valueOf(value);
    }

    @Test
    void everyTestThatThePageNamesIsThere() throws Exception {
        Matcher named = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`").matcher(Files.readString(PAGE));
        int found = 0;
        while (named.find()) {
            Class<?> test = Class.forName("io.pgproxy.core.pool." + named.group(1));
            if (named.group(2) != null) {
                assertThat(Arrays.stream(test.getDeclaredMethods()).map(Method::getName))
                        .contains(named.group(2));
            }
            found++;
        }
        assertThat(found).isGreaterThan(15);
    }
}
