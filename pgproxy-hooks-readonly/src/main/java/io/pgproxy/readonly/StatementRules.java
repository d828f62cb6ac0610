package io.pgproxy.readonly;

import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Becomes;
import io.pgproxy.sql.SessionEffect.Listening;
import io.pgproxy.sql.SessionEffect.Notified;
import io.pgproxy.sql.SessionEffect.SettingReset;
import io.pgproxy.sql.SessionEffect.SettingSet;
import io.pgproxy.sql.SessionEffect.TemporaryObjectCreated;
import io.pgproxy.sql.SessionEffect.Untracked;
import io.pgproxy.sql.TransactionControl;
import org.jspecify.annotations.Nullable;

/**
 * Which statements may pass for what they are; {@link FunctionRules} and {@link RelationRules} judge what they name.
 *
 * @param transactions whether BEGIN, COMMIT and their like pass
 * @param copyOut whether COPY TO STDOUT passes
 * @param listen whether LISTEN passes
 * @param plansOfWrites whether EXPLAIN of a write passes if it does not run it
 * @param settings judges SET and RESET
 */
record StatementRules(
        boolean transactions, boolean copyOut, boolean listen, boolean plansOfWrites, SettingRules settings) {
    /** Why a statement is refused, or null. */
    @Nullable
    Refusal refusal(Statement statement) {
        Facts facts = statement.facts();
        Refusal refusal = byAccess(facts, statement);
        return refusal != null ? refusal : byEffects(facts);
    }

    private @Nullable Refusal byAccess(Facts facts, Statement statement) {
        return switch (facts.access()) {
            case READ -> byReading(facts);
            case NONE -> byKind(facts);
            case WRITE, LOCK -> plansOfWrites && PlanOnly.is(facts, statement.sql()) ? null : KindWords.refusal(facts);
            // A name that is known has the facts of what it names, so that one of these is not.
            case BY_NAME, UNKNOWN -> KindWords.refusal(facts);
        };
    }

    private @Nullable Refusal byReading(Facts facts) {
        return facts.copy() != null && !copyOut ? Refusal.of("COPY is not allowed here") : null;
    }

    /** What neither reads nor writes is on this list or refused. */
    private @Nullable Refusal byKind(Facts facts) {
        return switch (facts.kind()) {
            case BEGIN,
                    COMMIT,
                    ROLLBACK,
                    SAVEPOINT,
                    RELEASE,
                    ROLLBACK_TO,
                    SET_TRANSACTION,
                    SET_SESSION_CHARACTERISTICS,
                    SET_CONSTRAINTS -> byTransaction(facts);
            case EMPTY, SET, RESET, DISCARD, DISCARD_ALL, DEALLOCATE, CLOSE, UNLISTEN -> null;
            case LISTEN -> listen ? null : Refusal.of("LISTEN makes other sessions keep their notifications");
            default -> KindWords.refusal(facts);
        };
    }

    private @Nullable Refusal byTransaction(Facts facts) {
        String name = KindWords.name(facts.kind());
        if (!transactions) {
            return Refusal.of(name + " is not allowed here");
        }
        TransactionControl control = facts.transaction();
        return control != null && control.asksToWrite() ? Refusal.of(name + " READ WRITE") : null;
    }

    private @Nullable Refusal byEffects(Facts facts) {
        for (SessionEffect effect : facts.effects()) {
            Refusal refusal = byEffect(effect);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private @Nullable Refusal byEffect(SessionEffect effect) {
        if (effect instanceof SettingSet set) {
            return bySetting(set);
        }
        if (effect instanceof SettingReset reset) {
            return settings.becomesDefault(reset.name());
        }
        if (effect instanceof Listening && !listen) {
            return Refusal.of("LISTEN");
        }
        if (effect instanceof TemporaryObjectCreated) {
            return Refusal.of("it makes a temporary object");
        }
        if (effect instanceof Notified) {
            return Refusal.of("NOTIFY");
        }
        return effect instanceof Untracked ? Refusal.of(KindWords.NOT_UNDERSTOOD) : null;
    }

    private @Nullable Refusal bySetting(SettingSet set) {
        if (set.becomes() == Becomes.DEFAULT) {
            return settings.becomesDefault(set.name());
        }
        return set.becomes() == Becomes.VALUES
                ? settings.becomes(set.name(), set.values())
                : settings.becomesUnknown(set.name());
    }
}
