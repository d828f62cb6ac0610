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
 * Nothing may follow a transaction's end in the same exchange if a function of a user's ran before it. Such a function
 * can set {@code default_transaction_read_only} for the next transaction, and the server tells of it only in front of
 * ReadyForQuery ({@code ReportChangedGUCOptions} in postgres.c): by then that transaction would have run.
 */
final class TransactionEnds {
    private static final Attribute<Seen> SEEN = Attribute.named("read-only: what the exchange holds");
    private static final Refusal REFUSAL =
            new Refusal("a statement follows the end of a transaction in which a user's function ran", Hints.BLOCK);

    private final FunctionRules functions;

    TransactionEnds(FunctionRules functions) {
        this.functions = functions;
    }

    /** Why an execution may not follow those in front of it, or null; to be asked of each once, in order. */
    @Nullable
    Refusal refusal(Execution execution) {
        Statement statement = execution.statement();
        if (statement.form() == Statement.Form.QUERY) {
            return null; // an exchange of its own
        }
        Seen seen = seen(execution);
        // Portals are asked for when they are bound, and may run in another order.
        boolean ended =
                statement.form() == Statement.Form.PART_OF_QUERY ? seen.endedBehindCall : seen.called && seen.ended;
        seen.add(endsTransaction(statement.facts()), functions.callsUnknown(statement.facts(), execution.session()));
        return ended ? REFUSAL : null;
    }

    private static Seen seen(Execution execution) {
        Session session = execution.session();
        Seen seen = session.get(SEEN);
        if (seen == null || seen.exchange != execution.exchange()) {
            seen = new Seen(execution.exchange());
            session.set(SEEN, seen);
        }
        return seen;
    }

    private static boolean endsTransaction(Facts facts) {
        TransactionControl control = facts.transaction();
        if (control == null) {
            return false;
        }
        return switch (control.action()) {
            case COMMIT, ROLLBACK, PREPARE, COMMIT_PREPARED, ROLLBACK_PREPARED -> true;
            case BEGIN, SAVEPOINT, RELEASE, ROLLBACK_TO, SET_TRANSACTION, SET_CHARACTERISTICS, SET_SNAPSHOT -> false;
        };
    }

    /** Of one exchange, so far. */
    private static final class Seen {
        private final Exchange exchange;
        private boolean called;
        private boolean ended;
        private boolean endedBehindCall;

        Seen(Exchange exchange) {
            this.exchange = exchange;
        }

        void add(boolean ends, boolean calls) {
            endedBehindCall |= ends && called;
            ended |= ends;
            called |= calls;
        }
    }
}
