package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.Routine;
import io.pgproxy.sql.catalog.RoutineKind;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.UserFunctions;
import io.pgproxy.sql.catalog.Volatility;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a catalogue adds to the lists: which functions are stable, as far as the search_path is known. */
class CatalogTest {
    private static final Routine STABLE = routine("shop", "price", Volatility.STABLE);
    private static final Routine VOLATILE = routine("other", "price", Volatility.VOLATILE);

    private final ReadOnlyHook hook = ReadOnlyHook.builder()
            .userFunctions(UserFunctions.STABLE_ONLY)
            .catalog(CatalogTest::catalog)
            .build();

    @Test
    void aStableFunctionPassesWhereItsSchemaIsKnown() {
        OfflineSession session = new OfflineSession().report("search_path", "\"$user\", shop");
        try (OfflineClient client = new OfflineClient(hook, session)) {
            assertThat(client.query("SELECT price()")).isEmpty();
            assertThat(client.query("SELECT shop.price()")).isEmpty();
            assertThat(client.query("SELECT other.price()")).isPresent();
        }
    }

    @Test
    void thePathDecidesWhichFunctionIsMeant() {
        OfflineSession session = new OfflineSession().report("search_path", "other, shop");
        try (OfflineClient client = new OfflineClient(hook, session)) {
            assertThat(client.query("SELECT price()")).isPresent();
        }
    }

    @Test
    void aUserStandsForHisOwnSchema() {
        OfflineSession session =
                new OfflineSession().report("search_path", "\"$user\"").report("session_authorization", "shop");
        try (OfflineClient client = new OfflineClient(hook, session)) {
            assertThat(client.query("SELECT price()")).isEmpty();
        }
    }

    @Test
    void withoutAKnownPathAnUnqualifiedNameIsNotLookedUp() {
        try (OfflineClient client = new OfflineClient(hook)) {
            assertThat(client.query("SELECT price()")).isPresent();
            assertThat(client.query("SELECT shop.price()")).isEmpty();
            assertThat(client.query("SELECT lower('A')")).isEmpty();
        }
    }

    private static Catalog catalog() {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("isKnown")) {
                        return true;
                    }
                    if (method.getName().equals("routines")) {
                        return routines((String) arguments[0], (String) arguments[1], (SearchPath) arguments[2]);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static List<Routine> routines(@Nullable String schema, String name, SearchPath path) {
        return List.of(STABLE, VOLATILE).stream()
                .filter(routine -> routine.name().equals(name))
                .filter(routine -> schema == null
                        ? path.schemas().contains(routine.schema())
                        : routine.schema().equals(schema))
                .toList();
    }

    private static Routine routine(String schema, String name, Volatility volatility) {
        return new Routine(
                20_000, schema, name, RoutineKind.FUNCTION, volatility, false, "sql", true, false, 0, 0, false);
    }
}
