package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;

/**
 * What those behind a statement have to reckon with.
 *
 * @param facts what is known of it
 * @param callsUnknown whether it calls something that is not known to be harmless
 */
record Effects(Facts facts, boolean callsUnknown) {
    static Effects of(Facts facts) {
        return new Effects(facts, callsUnknown(facts));
    }

    private static boolean callsUnknown(Facts facts) {
        for (FunctionName function : facts.functions()) {
            if (!(FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Allowed)) {
                return true;
            }
        }
        return false;
    }

    /** Whether data may be changed, as far as the text tells. */
    boolean mayWrite() {
        return switch (facts.access()) {
            case NONE, READ, LOCK -> callsUnknown;
            case BY_NAME, WRITE, UNKNOWN -> true;
        };
    }

    /** Whether it may change how the session reads SQL without saying so. */
    boolean isUnseen() {
        if (callsUnknown || facts.access() == Access.UNKNOWN) {
            return true;
        }
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof SessionEffect.Untracked) {
                return true;
            }
        }
        return false;
    }

    /** Whether settings may be other ones behind it. */
    boolean mayTouchSettings() {
        return isUnseen() || takesSettingsBack();
    }

    /** Whether it says that settings are to be other ones. */
    boolean takesSettingsBack() {
        if (facts.kind() == StatementKind.ROLLBACK_TO || facts.kind() == StatementKind.ROLLBACK) {
            return true;
        }
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof SessionEffect.AllReset || effect instanceof SessionEffect.Discarded) {
                return true;
            }
        }
        return false;
    }

    /** Whether it ends a transaction block. */
    boolean endsBlock() {
        return facts.kind() == StatementKind.COMMIT || facts.kind() == StatementKind.ROLLBACK;
    }

    /** The state of the transaction behind it, if it succeeds. */
    TransactionStatus after(TransactionStatus before) {
        return switch (facts.kind()) {
            case BEGIN -> TransactionStatus.IN_TRANSACTION;
            case COMMIT, ROLLBACK, PREPARE_TRANSACTION ->
                facts.transaction() != null && facts.transaction().chain() && before != TransactionStatus.IDLE
                        ? TransactionStatus.IN_TRANSACTION
                        : TransactionStatus.IDLE;
            case ROLLBACK_TO -> before == TransactionStatus.FAILED ? TransactionStatus.IN_TRANSACTION : before;
            default -> before;
        };
    }
}
