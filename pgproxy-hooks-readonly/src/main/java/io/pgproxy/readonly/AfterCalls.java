package io.pgproxy.readonly;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import org.jspecify.annotations.Nullable;

/**
 * What may follow a user's function in the same exchange. Such a function can change settings of its session, and the
 * server tells of it only in front of ReadyForQuery ({@code ReportChangedGUCOptions} in postgres.c): too late for what
 * stands between.
 *
 * <ul>
 *   <li>Nothing may follow the end of the transaction: the next one would begin with what the function made of
 *       {@code default_transaction_read_only}.
 *   <li>No text may follow that is read otherwise with another {@code standard_conforming_strings} or
 *       {@code client_encoding}: one with a backslash, or beyond ASCII. The texts of one Query are all read before the
 *       first of them runs.
 * </ul>
 *
 * <p>Where a call runs is not always where it stands: a portal may be executed in a later exchange of its transaction,
 * and COMMIT runs the query of a cursor WITH HOLD. So calls of those count in the exchanges behind, too, until the
 * transaction is over.
 */
final class AfterCalls {
    private static final Attribute<Seen> SEEN = Attribute.named("read-only: what the exchange holds");
    private static final Refusal ENDED =
            new Refusal("a statement follows the end of a transaction in which a user's function ran", Hints.BLOCK);
    private static final Refusal UNREADABLE =
            new Refusal("a text that settings give its meaning follows a user's function", Hints.SYNC);
    private static final int LAST_ASCII = 0x7f;

    private final FunctionRules functions;

    AfterCalls(FunctionRules functions) {
        this.functions = functions;
    }

    /** Why an execution may not follow those in front of it, or null; to be asked of each once, in order. */
    @Nullable
    Refusal refusal(Execution execution) {
        Session session = execution.session();
        Statement statement = execution.statement();
        Seen seen = session.get(SEEN);
        if (seen == null || seen.exchange != execution.exchange()) {
            Seen left = seen != null && mayBeInBlock(execution) ? seen : null;
            boolean alone = statement.form() == Statement.Form.QUERY && !isHeld(statement);
            if (alone && seen == left) {
                return null; // nothing stands in front of it, and it ends its exchange
            }
            seen = new Seen(execution.exchange(), left);
            session.set(SEEN, seen);
        }
        // What begins or ends a transaction only does nothing in it, and has to get a client out of a failed one.
        boolean ended = seen.hasEnded() && statement.facts().transaction() == null;
        boolean unreadable = seen.calledByPortal && !isReadAlike(statement.sql());
        seen.add(statement, functions.callsUnknown(statement.facts(), session));
        if (ended) {
            return ENDED;
        }
        return unreadable ? UNREADABLE : null;
    }

    /** What was sent before may not have run yet, or may have failed. */
    private static boolean mayBeInBlock(Execution execution) {
        return execution.transaction() != TransactionStatus.IDLE
                || execution.session().transaction() != TransactionStatus.IDLE;
    }

    private static boolean isHeld(Statement statement) {
        return statement.facts().kind() == StatementKind.DECLARE_WITH_HOLD;
    }

    /** Whether a text means the same whatever those settings are: all encodings of clients have ASCII in them. */
    private static boolean isReadAlike(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '\\' || c > LAST_ASCII) {
                return false;
            }
        }
        return true;
    }

    /** Of one exchange, so far. */
    private static final class Seen {
        private final Exchange exchange;

        /** Whether a call of an exchange before may run in this one, and whether an end may. */
        private final boolean callIsLeft;

        private final boolean endIsLeft;

        private boolean called;
        private boolean endedBehindCall;
        private boolean calledByPortal;
        private boolean endedByPortal;
        private boolean calledByHeld;

        /** By a portal, and not to begin a transaction like the one that ended. */
        private boolean endedForGood;

        Seen(Exchange exchange, @Nullable Seen before) {
            this.exchange = exchange;
            callIsLeft = before != null && (before.callIsLeft || before.calledByPortal || before.calledByHeld);
            endIsLeft = before != null && (before.endIsLeft || before.endedForGood);
            called = callIsLeft;
        }

        /** Portals are asked for when they are bound, and may run in another order. */
        boolean hasEnded() {
            return endedBehindCall || (called && endIsLeft) || ((calledByPortal || callIsLeft) && endedByPortal);
        }

        void add(Statement statement, boolean calls) {
            Facts facts = statement.facts();
            boolean ends = endsTransaction(facts);
            endedBehindCall |= ends && called;
            called |= calls;
            calledByHeld |= calls && isHeld(statement);
            if (statement.form() == Statement.Form.PREPARED) {
                calledByPortal |= calls;
                endedByPortal |= ends;
                endedForGood |= ends && !chains(facts);
            }
        }

        private static boolean chains(Facts facts) {
            return facts.transaction() != null && facts.transaction().chain();
        }

        private static boolean endsTransaction(Facts facts) {
            TransactionControl control = facts.transaction();
            if (control == null) {
                return false;
            }
            return switch (control.action()) {
                case COMMIT, ROLLBACK, PREPARE, COMMIT_PREPARED, ROLLBACK_PREPARED -> true;
                case BEGIN, SAVEPOINT, RELEASE, ROLLBACK_TO, SET_TRANSACTION, SET_CHARACTERISTICS, SET_SNAPSHOT ->
                    false;
            };
        }
    }
}
