package io.pgproxy.hook;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a hook is run.
 *
 * @param timeout how long its verdicts may take, unless they say so themselves; above it 57014
 * @param failOpen whether its failure is as if it passed; not for answer, rewrite, transform. Cache and observe always
 *     do
 * @param blockingOn where its verdicts are made, for hooks that block; null: on the session's event loop. Not for
 *     classify, transform and observe. There a session's attributes and settings, its transaction and
 *     {@link Session#notice} are not to be touched: hand over to {@link Session#executor} for these
 */
public record HookOptions(
        Duration timeout, boolean failOpen, @Nullable Executor blockingOn) {
    /** 20 s, fails closed, does not block. */
    public static final HookOptions DEFAULT = new HookOptions(Duration.ofSeconds(20), false, null);

    /**
     * Checks the time-out.
     *
     * @param timeout positive
     * @param failOpen any
     * @param blockingOn any, or null
     */
    public HookOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("not a time-out: " + timeout);
        }
    }

    /**
     * Another time-out.
     *
     * @param other positive
     * @return the changed options
     */
    public HookOptions withTimeout(Duration other) {
        return new HookOptions(other, failOpen, blockingOn);
    }

    /** {@return the same, failing open} */
    public HookOptions failingOpen() {
        return new HookOptions(timeout, true, blockingOn);
    }

    /**
     * For a hook that blocks.
     *
     * @param executor where its verdicts are made
     * @return the changed options
     */
    public HookOptions on(Executor executor) {
        return new HookOptions(timeout, failOpen, executor);
    }
}
