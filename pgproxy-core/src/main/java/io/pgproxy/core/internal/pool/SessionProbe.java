package io.pgproxy.core.internal.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server what a session has: whatever its client did, savepoints and failures included, this is what came of
 * it. Every name is qualified, for the client may have a search_path of its own.
 */
final class SessionProbe {
    private static final String THINGS = "SELECT EXISTS (SELECT FROM pg_catalog.pg_listening_channels()),"
            + " EXISTS (SELECT FROM pg_catalog.pg_depend" // whatever is in a schema depends on it
            + " WHERE refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass"
            + " AND refobjid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()),"
            + " EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE is_holdable),"
            + " EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype OPERATOR(pg_catalog.=) 'advisory'"
            + " AND pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid())";
    private static final List<PinReason> REASONS =
            List.of(PinReason.LISTEN, PinReason.TEMPORARY, PinReason.CURSOR, PinReason.LOCK);

    private final boolean things;
    private final List<String> settings;

    /**
     * A question.
     *
     * @param things whether to ask for what cannot move
     * @param settings whose values to ask for
     */
    SessionProbe(boolean things, Collection<String> settings) {
        this.things = things;
        this.settings = new ArrayList<>(settings);
    }

    String sql() {
        StringBuilder sql = new StringBuilder(things ? THINGS : "SELECT true, true, true, true");
        for (String setting : settings) {
            sql.append(", pg_catalog.current_setting(")
                    .append(SettingsSql.literal(setting))
                    .append(", true)");
        }
        return sql.toString();
    }

    /** Whether it asks for what cannot move. */
    boolean asksForThings() {
        return things;
    }

    /** What the answer says there is of what cannot move. */
    Set<PinReason> pins(List<@Nullable String> row) {
        Set<PinReason> found = EnumSet.noneOf(PinReason.class);
        for (int i = 0; i < REASONS.size(); i++) {
            if ("t".equals(row.get(i))) {
                found.add(REASONS.get(i));
            }
        }
        return found;
    }

    /** What the answer says the settings are; null for one that does not exist. */
    Map<String, @Nullable String> values(List<@Nullable String> row) {
        Map<String, @Nullable String> values = new HashMap<>();
        for (int i = 0; i < settings.size(); i++) {
            values.put(settings.get(i), row.get(REASONS.size() + i));
        }
        return values;
    }

    /** Whether an answer can be one to this question. */
    boolean fits(List<List<@Nullable String>> rows) {
        return rows.size() == 1 && rows.get(0).size() == REASONS.size() + settings.size();
    }

    /** Names what it asks for. */
    @Override
    public String toString() {
        return "SessionProbe" + settings;
    }
}
