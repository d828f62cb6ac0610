package io.pgproxy.core.internal.hook;

import org.jspecify.annotations.Nullable;

/**
 * What a portal's name stands for.
 *
 * @param statement what it runs
 * @param execution its run; null for a cursor that SQL has declared
 * @param hold whether it outlives its transaction
 */
record Portal(SqlStatement statement, @Nullable HookExecution execution, boolean hold) {
    /** Whether no upstream knows it. */
    boolean isOwn() {
        return execution != null && execution.own() != null;
    }

    /** The portal is gone: an execution that has not come to its end never will. */
    void gone() {
        if (execution != null && !execution.isOver()) {
            if (execution.hasRun()) {
                execution.succeeded();
            } else {
                execution.abandoned();
            }
        }
    }
}
