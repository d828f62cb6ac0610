package io.pgproxy.core.internal.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is set on a connection other than by its start-up parameters, but for the application's name. */
final class SettingsThere {
    private final String ownName;

    /** Null for what may be anything. */
    private Map<String, @Nullable String> values = new HashMap<>();

    /** Whether one of them may be urgent; see {@link Cleaning#isUrgent}. */
    private boolean mayBeUrgent;

    /** The settings of a client that are known to be in force there. */
    private @Nullable Map<String, String> settledFor;

    /** {@code ownName} is the application's name that the connection was opened with. */
    SettingsThere(String ownName) {
        this.ownName = ownName;
        values.put(SettingsSql.APPLICATION_NAME, ownName);
    }

    /** The application's name that the connection was opened with. */
    String ownName() {
        return ownName;
    }

    /** The settings that may have other values than in the beginning; not to be changed. */
    Set<String> names() {
        return values.keySet();
    }

    /** Those of them that do harm until they are undone. */
    Set<String> urgent() {
        return mayBeUrgent ? values.keySet().stream().filter(Cleaning::isUrgent).collect(Collectors.toSet()) : Set.of();
    }

    /** A setting has a value now; null if that may be any. */
    void changed(String name, @Nullable String value) {
        values.put(name, value);
        mayBeUrgent |= Cleaning.isUrgent(name);
        settledFor = null;
    }

    /** A setting is what it was when the connection was opened. */
    void unchanged(String name) {
        values.remove(name);
        settledFor = null;
    }

    /** RESET ALL runs there: its settings may have any value, or become what they were. */
    void allReset() {
        values.replaceAll((name, value) -> SettingsSql.WHO.contains(name) ? value : null);
        settledFor = null;
    }

    /**
     * What has to run for a client; they count as set from then on.
     *
     * @param wanted the client's settings; the same instance as long as they are the same
     * @return null if all is as the client wants it
     */
    @SuppressWarnings("ReferenceEquality") // equal ones are one
    @Nullable
    String settle(Map<String, String> wanted) {
        if (settledFor == wanted) {
            return null;
        }
        settledFor = wanted;
        String sql = SettingsSql.difference(values, wanted);
        if (sql != null) {
            values = new HashMap<>(wanted);
            mayBeUrgent = values.keySet().stream().anyMatch(Cleaning::isUrgent);
        }
        return sql;
    }

    /** {@link Cleaning} has run; {@code whole} if it has reset all. */
    void cleaned(boolean whole) {
        if (whole) {
            values = new HashMap<>(Map.of(SettingsSql.APPLICATION_NAME, ownName));
        } else {
            values.keySet().removeIf(Cleaning::isUrgent);
        }
        mayBeUrgent = false;
        settledFor = null;
    }
}
