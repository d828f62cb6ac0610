package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statement without a name has become with each message since nothing was due, for a message may turn out to
 * have been skipped: then it is what it was before. Null stands for none.
 */
final class UnnamedStatements {
    private final ClientState state;
    private final List<@Nullable PooledStatement> sent = new ArrayList<>(1);
    private @Nullable PooledStatement before;
    private @Nullable PooledStatement heldBefore;

    UnnamedStatements(ClientState state) {
        this.state = state;
    }

    /** A message is sent that makes it another one, or takes it away; a Query does that, too. */
    void becomes(@Nullable PooledStatement statement, PooledConnection to) {
        if (!to.upstream().expected().isSkipping()) { // what is skipped changes nothing
            if (sent.isEmpty()) {
                before = state.unnamed();
                heldBefore = to.held().unnamed();
            }
            sent.add(statement);
            state.unnamed(statement);
            to.held().unnamed(statement);
        }
    }

    /** The connection is lost before it has done anything of what was sent. */
    void lost() {
        if (!sent.isEmpty()) {
            state.unnamed(before);
        }
        settled();
    }

    /** Nothing is due: all has become what it was to be. */
    void settled() {
        if (!sent.isEmpty()) {
            sent.clear();
            before = null;
            heldBefore = null;
        }
    }

    /** The answer that is due next is an error: what stands behind it is skipped, up to the next Sync. */
    void failed(PooledConnection to) {
        ExpectedAnswers due = to.upstream().expected();
        int skipped = due.countSkippedByError(UnnamedStatements::isReplacing);
        boolean failed = due.isNext(ExpectedAnswers.PARSE) && isOfUnnamed(due.owner());
        if (skipped == 0 && !failed) {
            return;
        }
        int behind = due.countBehindExchange(UnnamedStatements::isReplacing);
        skip(skipped, behind);
        if (failed) {
            fail(behind);
        }
        to.held().unnamed(sent.isEmpty() ? heldBefore : last());
        state.unnamed(sent.isEmpty() ? before : last());
        if (!due.isOneExchange()) {
            to.needsFullReset(); // something else was bound than it was thought of
        }
    }

    private static boolean isReplacing(byte kind, @Nullable AnswerOwner owner) {
        return kind == ExpectedAnswers.QUERY
                || (kind == ExpectedAnswers.PARSE && isOfUnnamed(owner))
                || (owner instanceof CloseWatch closing && closing.isOfUnnamed());
    }

    private static boolean isOfUnnamed(@Nullable AnswerOwner owner) {
        return owner == null || (owner instanceof Preparing preparing && preparing.isOfUnnamed());
    }

    /** The last messages but some have been skipped. */
    private void skip(int count, int behind) {
        int end = sent.size() - behind;
        sent.subList(Math.max(0, end - count), Math.max(0, end)).clear();
    }

    /** The last message but some has failed: there is none now. */
    private void fail(int behind) {
        int index = sent.size() - behind - 1;
        if (index >= 0) {
            sent.set(index, null);
        }
    }

    private @Nullable PooledStatement last() {
        return sent.get(sent.size() - 1);
    }

    /** Tells how many messages may still fail. */
    @Override
    public String toString() {
        return "UnnamedStatements[" + sent.size() + "]";
    }
}
