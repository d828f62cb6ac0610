package io.pgproxy.core.internal.hook;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of terms that one upstream of a session has in force.
 *
 * <p>A setting is put with set_config, so a transaction that rolls back takes it back. What was put is therefore
 * believed within its own exchange, and by others once everything was answered.
 */
final class SettingsInForce {
    /** A value no setting can have: that with which the session began is in force. */
    private static final String RESET = "\0";

    private final Set<String> ever = new HashSet<>();
    private final Map<String, String> known = new HashMap<>();
    private boolean tentative;
    private long putIn;

    /** What has to be put, null values to be reset; empty if all is in force. */
    Map<String, @Nullable String> missing(Map<String, String> wanted) {
        if (wanted.isEmpty() && ever.isEmpty()) {
            return Map.of();
        }
        Map<String, @Nullable String> missing = new LinkedHashMap<>();
        Map<String, String> folded = new LinkedHashMap<>();
        wanted.forEach((name, value) -> folded.put(name.toLowerCase(Locale.ROOT), value));
        folded.forEach((name, value) -> {
            if (!value.equals(known.get(name))) {
                missing.put(name, value);
            }
        });
        for (String name : ever) {
            if (!folded.containsKey(name) && !RESET.equals(known.get(name))) {
                missing.put(name, null);
            }
        }
        return missing;
    }

    /** Was put, or reset, by something that is on its way. */
    void put(Map<String, @Nullable String> sent, long exchange) {
        sent.forEach((name, value) -> {
            ever.add(name);
            known.put(name, value == null ? RESET : value);
        });
        tentative = true;
        putIn = exchange;
    }

    /** Whether only the answers that are due can tell an exchange what is in force. */
    boolean isTentative(long exchange) {
        return tentative && putIn != exchange;
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    /**
     * Everything sent has been answered: what was put in exchanges before this one is in force. What this one has put
     * is not yet: its batch may still fail, and take it back.
     */
    void settled(long exchange) {
        if (putIn != exchange) {
            tentative = false;
        }
    }

    /** Something has failed, or was taken back, or may have changed settings unseen. */
    void unknown() {
        known.clear();
        tentative = false;
    }
}
