package io.pgproxy.audit;

import io.pgproxy.hook.Verdict;
import java.util.concurrent.CompletableFuture;

/**
 * A verdict that waits for room. The session waits for this very object: when it gives up, it is cancelled.
 *
 * @param <T> what the stage wants to know
 */
final class Waiter<T> extends CompletableFuture<Verdict<T>> {
    private final boolean wantsPlace;

    /** One that wants a place promised, or else only that there is one. */
    Waiter(boolean wantsPlace) {
        this.wantsPlace = wantsPlace;
    }

    boolean wantsPlace() {
        return wantsPlace;
    }

    boolean grant() {
        return complete(Verdict.proceed());
    }

    boolean isGranted() {
        return isDone() && !isCompletedExceptionally() && join() instanceof Verdict.Proceed<T>;
    }
}
