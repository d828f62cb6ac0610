package io.pgproxy.readonly;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Facts;
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
            if (statement.form() == Statement.Form.QUERY) {
                return null; // nothing stands in front of it, and it ends its exchange
            }
            seen = new Seen(execution.exchange());
            session.set(SEEN, seen);
        }
        boolean ended = seen.hasEnded();
        boolean unreadable = seen.calledByPortal && !isReadAlike(statement.sql());
        seen.add(statement, functions.callsUnknown(statement.facts(), session));
        if (ended) {
            return ENDED;
        }
        return unreadable ? UNREADABLE : null;
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
        private boolean called;
        private boolean endedBehindCall;
        private boolean calledByPortal;
        private boolean endedByPortal;

        Seen(Exchange exchange) {
            this.exchange = exchange;
        }

        /** Portals are asked for when they are bound, and may run in another order. */
        boolean hasEnded() {
            return endedBehindCall || (calledByPortal && endedByPortal);
        }

        void add(Statement statement, boolean calls) {
            boolean ends = endsTransaction(statement.facts());
            endedBehindCall |= ends && called;
            called |= calls;
            if (statement.form() == Statement.Form.PREPARED) {
                calledByPortal |= calls;
                endedByPortal |= ends;
            }
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
