package io.pgproxy.core.internal.fanout;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.TransactionControl;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a statement.
 *
 * @param plan how it is brought to the writers
 * @param action null if it is no transaction control
 * @param copiesIn whether it is COPY FROM STDIN
 * @param lasts whether what it has done cannot be taken back
 * @param inSession how it changes the session
 */
record Known(
        Plan plan, TransactionControl.@Nullable Action action, boolean copiesIn, boolean lasts, InSession inSession) {
    /** Of what no text is known: it may do whatever can be rolled back. */
    static final Known UNKNOWN = new Known(Plan.TRANSACTION, null, false, false, InSession.NOTHING);

    /** What is left in the session, beside the database. */
    enum InSession {
        NOTHING,
        /** Something that is rolled back with a block. */
        SETTING,
        /** Something that stays. */
        MORE
    }

    /** Of one statement. */
    static Known of(Facts facts) {
        TransactionControl control = facts.transaction();
        Plan plan = Plan.of(facts);
        return new Known(
                plan,
                control == null ? null : control.action(),
                facts.family() == StatementFamily.COPY_IN,
                control == null ? lasts(plan, facts) : lasts(control.action()),
                plan != Plan.ALL_AT_ONCE || control != null ? InSession.NOTHING : inSession(facts));
    }

    private static boolean lasts(Plan plan, Facts facts) {
        return plan == Plan.IN_TURN && facts.family() != StatementFamily.CURSOR;
    }

    private static boolean lasts(TransactionControl.Action action) {
        return switch (action) {
            case COMMIT, PREPARE, COMMIT_PREPARED, ROLLBACK_PREPARED -> true;
            default -> false;
        };
    }

    private static InSession inSession(Facts facts) {
        return switch (facts.family()) {
            case EMPTY -> InSession.NOTHING;
            case SET -> InSession.SETTING;
            default -> InSession.MORE;
        };
    }

    /** Whether it leaves something that will not be taken back. */
    boolean isOfSession(boolean inBlock) {
        return inSession == InSession.MORE || (inSession == InSession.SETTING && !inBlock);
    }

    boolean commits() {
        return action == TransactionControl.Action.COMMIT;
    }
}
