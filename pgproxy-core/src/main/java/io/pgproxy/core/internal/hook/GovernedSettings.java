package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.Upstream;
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
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings that terms ask for: what has to be sent to bring them into force on the upstream where an exchange goes,
 * and that the client does not touch them on any.
 */
final class GovernedSettings {
    private final Set<String> governed = new HashSet<>();
    private final Map<Upstream, SettingsInForce> upstreams = new HashMap<>(2);

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
        if (upstreams.isEmpty()) {
            return false;
        }
        for (SettingsInForce inForce : upstreams.values()) {
            if (inForce.isTentative(exchange) && !(wanted.isEmpty() && inForce.isEmpty())) {
                return true;
            }
        }
        return false;
    }

    /** What has to be put there, null values to be reset; empty if all is in force. */
    Map<String, @Nullable String> missing(Map<String, String> wanted, Upstream upstream) {
        boolean none = upstreams.isEmpty() || upstreams.get(upstream) == null;
        return none && wanted.isEmpty() ? Map.of() : at(upstream).missing(wanted);
    }

    /** Was put, or reset, by something that is on its way there. */
    void put(Map<String, @Nullable String> sent, Upstream upstream, long exchange) {
        governed.addAll(sent.keySet());
        at(upstream).put(sent, exchange);
    }

    private SettingsInForce at(Upstream upstream) {
        return upstreams.computeIfAbsent(upstream, none -> new SettingsInForce());
    }

    /** Everything sent has been answered; see {@link SettingsInForce#settled}. */
    void settled(long exchange) {
        if (!upstreams.isEmpty()) {
            upstreams.values().forEach(inForce -> inForce.settled(exchange));
        }
    }

    /** Something has failed, or was taken back, or may have changed settings unseen. */
    void unknown() {
        if (!upstreams.isEmpty()) {
            upstreams.values().forEach(SettingsInForce::unknown);
        }
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
