package io.pgproxy.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What brings settings from one client's to another's. */
class SettingsSqlTest {
    private static Map<String, @Nullable String> map(@Nullable String... namesAndValues) {
        Map<String, @Nullable String> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }

    @Test
    void equalOnesNeedNothing() {
        assertThat(SettingsSql.difference(map("a", "1"), Map.of("a", "1"))).isNull();
    }

    @Test
    void whatIsNotWantedIsResetAndWhatMayBeAnythingIsSet() {
        assertThat(SettingsSql.difference(map("a", "1", "b", null, "c", null, "d", "4"), Map.of("b", "2", "d", "4")))
                .isEqualTo("BEGIN;RESET \"a\";SET \"b\" TO '2';RESET \"c\";COMMIT");
    }

    @Test
    void theRoleIsLeftFirstAndTakenLast() {
        assertThat(SettingsSql.difference(
                        map("role", "x", "a", "1"), Map.of("role", "x", "session_authorization", "y", "a", "2")))
                .isEqualTo("BEGIN;RESET ROLE;SET \"a\" TO '2';SET \"session_authorization\" TO 'y';"
                        + "SET \"role\" TO 'x';COMMIT");
        assertThat(SettingsSql.difference(map("session_authorization", "y"), Map.of()))
                .isEqualTo("BEGIN;RESET SESSION AUTHORIZATION;RESET ROLE;COMMIT");
    }

    @Test
    void namesAndValuesAreQuotedWhateverTheyAre() {
        assertThat(SettingsSql.difference(map(), Map.of("my.\"x", "it's \\ a 'b")))
                .isEqualTo("BEGIN;SET \"my\".\"\"\"x\" TO E'it''s \\\\ a ''b';COMMIT");
    }

    @Test
    void listsOfNamesAreTakenApart() {
        assertThat(SettingsSql.difference(map(), Map.of("search_path", "\"$user\", public,\"a, b\", \"q\"\"q\"")))
                .isEqualTo("BEGIN;SET \"search_path\" TO '$user', 'public', 'a, b', 'q\"q';COMMIT");
        assertThat(SettingsSql.difference(map(), Map.of("search_path", "")))
                .as("no names at all, which SET cannot say")
                .isEqualTo("BEGIN;SELECT pg_catalog.set_config('search_path', '', false);COMMIT");
    }
}
