package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.lexer.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The upstream settings that terms ask for: which are in force, what has to be sent to bring others into force, and
 * that the client does not touch them.
 *
 * <p>A setting is put with set_config, so a transaction that rolls back takes it back. What was put is therefore
 * believed within its own exchange, and by others once everything was answered.
 */
final class GovernedSettings {
    private final Set<String> governed = new HashSet<>();
    private final Map<String, String> inForce = new HashMap<>();
    private boolean tentative;
    private long putIn;

    /** Why a statement is refused that would change what the proxy governs; or null. */
    @Nullable
    PgError check(Facts facts) {
        return check(facts, Set.of());
    }

    /** As {@link #check(Facts)}, with more settings that are about to be governed. */
    @Nullable
    PgError check(Facts facts, Set<String> more) {
        if (governed.isEmpty() && more.isEmpty()) {
            return null;
        }
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof SessionEffect.SettingSet set && isGoverned(set.name(), more)) {
                return refused(set.name());
            }
            if (effect instanceof SessionEffect.SettingReset reset && isGoverned(reset.name(), more)) {
                return refused(reset.name());
            }
        }
        for (FunctionName function : facts.functions()) {
            if (runsText(function)) {
                return refused(function.name() + "()");
            }
        }
        if (facts.kind() == StatementKind.DO) {
            return refused("DO");
        }
        return null;
    }

    /** SET SESSION AUTHORIZATION changes the role too. */
    private boolean isGoverned(String name, Set<String> more) {
        return governed.contains(name)
                || more.contains(name)
                || (name.equals("session_authorization") && (governed.contains("role") || more.contains("role")));
    }

    /**
     * Whether it sets what it is told to, or runs a text that may: {@code query_to_xml}, {@code ts_stat} and their
     * like.
     */
    private static boolean runsText(FunctionName function) {
        return FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Refused refused
                && (refused.effect() == FunctionEffect.SETS_SETTING
                        || refused.effect() == FunctionEffect.READS_BY_NAME_OR_TEXT);
    }

    private static PgError refused(String what) {
        return PgError.of(
                        SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to change \"" + what + "\" in this session")
                .withHint("The proxy governs settings of this session.");
    }

    /** Whether nothing was ever asked for, and is not now. */
    boolean isIdle(Map<String, String> wanted) {
        return wanted.isEmpty() && governed.isEmpty();
    }

    /** Whether only the answers that are due can tell what is in force. */
    boolean mustWait(Map<String, String> wanted, long exchange) {
        return (!wanted.isEmpty() || !inForce.isEmpty()) && tentative && putIn != exchange;
    }

    /** What has to be put, null values to be reset; empty if all is in force. */
    Map<String, @Nullable String> missing(Map<String, String> wanted) {
        if (wanted.isEmpty() && governed.isEmpty()) {
            return Map.of();
        }
        Map<String, @Nullable String> missing = new LinkedHashMap<>();
        Map<String, String> folded = new LinkedHashMap<>();
        wanted.forEach((name, value) -> folded.put(name.toLowerCase(Locale.ROOT), value));
        folded.forEach((name, value) -> {
            if (!value.equals(inForce.get(name))) {
                missing.put(name, value);
            }
        });
        for (String name : governed) {
            if (!folded.containsKey(name) && !RESET.equals(inForce.get(name))) {
                missing.put(name, null);
            }
        }
        return missing;
    }

    /** Was put, or reset, by something that is on its way. */
    void put(Map<String, @Nullable String> sent, long exchange) {
        sent.forEach((name, value) -> {
            governed.add(name);
            inForce.put(name, value == null ? RESET : value);
        });
        tentative = true;
        putIn = exchange;
    }

    /** A value no setting can have: that with which the session began is in force. */
    private static final String RESET = "\0";

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
        inForce.clear();
        tentative = false;
    }

    /** The statement that puts a setting. */
    static String sql(String name, @Nullable String value) {
        return value == null
                ? "RESET " + quoted(name)
                : "SELECT pg_catalog.set_config(" + literal(name) + ", " + literal(value) + ", false)";
    }

    private static String quoted(String name) {
        StringBuilder quoted = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            quoted.append(quoted.isEmpty() ? "" : ".").append(Names.quoted(part));
        }
        return quoted.toString();
    }

    /** Backslashes are no escapes in a session whose SQL is read. */
    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
