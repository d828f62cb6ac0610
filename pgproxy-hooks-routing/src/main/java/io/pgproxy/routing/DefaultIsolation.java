package io.pgproxy.routing;

import io.pgproxy.hook.Startup;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.TransactionControl;
import java.util.List;
import java.util.Locale;

/**
 * Whether the transactions of a session are SERIALIZABLE unless they say otherwise: a standby has none such, and
 * refuses even a single SELECT then. On the session's event loop only.
 */
final class DefaultIsolation {
    private static final String SETTING = "default_transaction_isolation";
    private static final String SERIALIZABLE = "serializable";

    private boolean atStart;
    private boolean now;

    /** What the client asks for when it connects; spelled in whatever way, it is taken for the strictest. */
    void starts(Startup startup) {
        startup.parameters()
                .forEach(parameter -> atStart |= (parameter.name() + "=" + parameter.value())
                        .toLowerCase(Locale.ROOT)
                        .replace('-', '_')
                        .contains(SETTING));
        now = atStart;
    }

    boolean isSerializable() {
        return now;
    }

    /** A statement is about to run, or has in a block that may be taken back: what may make it so counts at once. */
    void mayRun(Facts facts) {
        now |= after(facts);
    }

    /** A statement has run by itself, and its transaction has ended with it. */
    void ran(Facts facts) {
        now = after(facts);
    }

    private boolean after(Facts facts) {
        boolean then = now;
        TransactionControl control = facts.transaction();
        if (control != null
                && control.action() == TransactionControl.Action.SET_CHARACTERISTICS
                && control.isolation() != null) {
            then = control.isolation() == TransactionControl.Isolation.SERIALIZABLE;
        }
        List<SessionEffect> effects = facts.effects();
        for (int i = 0; i < effects.size(); i++) {
            then = after(effects.get(i), then);
        }
        return then;
    }

    private boolean after(SessionEffect effect, boolean before) {
        if (effect instanceof SessionEffect.SettingSet set && set.name().equalsIgnoreCase(SETTING)) {
            return set.becomes() == SessionEffect.Becomes.DEFAULT
                    ? atStart
                    : set.becomes() == SessionEffect.Becomes.UNKNOWN
                            || set.values().stream().anyMatch(value -> value.equalsIgnoreCase(SERIALIZABLE));
        }
        boolean isReset = effect instanceof SessionEffect.AllReset
                || (effect instanceof SessionEffect.SettingReset reset
                        && reset.name().equalsIgnoreCase(SETTING))
                || (effect instanceof SessionEffect.Discarded discarded
                        && discarded.what() == SessionEffect.Discarded.What.ALL);
        return isReset ? atStart : before;
    }

    /** Tells whether they are. */
    @Override
    public String toString() {
        return "DefaultIsolation[serializable=" + now + "]";
    }
}
