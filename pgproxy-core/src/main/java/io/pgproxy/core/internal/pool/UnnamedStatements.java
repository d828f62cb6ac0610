package io.pgproxy.core.internal.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the statement without a name has become with each message since nothing was due, for a message may turn out to
 * have been skipped: then it is what it was before. Null stands for none.
 */
final class UnnamedStatements {
    private final List<@Nullable PooledStatement> sent = new ArrayList<>(1);
    private @Nullable PooledStatement before;
    private @Nullable PooledStatement heldBefore;

    /** A message was sent that makes it another one, or takes it away. */
    void sent(@Nullable PooledStatement now, @Nullable PooledStatement was, @Nullable PooledStatement heldThen) {
        if (sent.isEmpty()) {
            before = was;
            heldBefore = heldThen;
        }
        sent.add(now);
    }

    /** {@return what the client has if nothing was done of what was sent; {@code now} if nothing was sent} */
    @Nullable
    PooledStatement undone(@Nullable PooledStatement now) {
        PooledStatement was = sent.isEmpty() ? now : before;
        settled();
        return was;
    }

    /** Nothing is due: all has become what it was to be. */
    void settled() {
        if (!sent.isEmpty()) {
            sent.clear();
            before = null;
            heldBefore = null;
        }
    }

    /** The last messages but some have been skipped. */
    void skipped(int count, int behind) {
        int end = sent.size() - behind;
        sent.subList(Math.max(0, end - count), Math.max(0, end)).clear();
    }

    /** The last message but some has failed: there is none now. */
    void failed(int behind) {
        int index = sent.size() - behind - 1;
        if (index >= 0) {
            sent.set(index, null);
        }
    }

    /** What the client has. */
    @Nullable
    PooledStatement now() {
        return sent.isEmpty() ? before : sent.get(sent.size() - 1);
    }

    /** What the connection has. */
    @Nullable
    PooledStatement held() {
        return sent.isEmpty() ? heldBefore : sent.get(sent.size() - 1);
    }

    /** Tells how many messages may still fail. */
    @Override
    public String toString() {
        return "UnnamedStatements[" + sent.size() + "]";
    }
}
