package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A Bind or Describe, and the statement that it names.
 *
 * @param offset where the name stands in the message's body
 * @param name empty for the statement without a name
 * @param mine what the client has prepared by it; null if it has nothing, or it has no name
 */
record StatementUse(
        Frame frame, int offset, String name, @Nullable ClientStatement mine) {
    /** Whether it is of the statement without a name. */
    boolean isOfUnnamed() {
        return name.isEmpty();
    }

    /** Names the statement. */
    @Override
    public String toString() {
        return "StatementUse[" + name + "]";
    }
}
