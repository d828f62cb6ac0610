package io.pgproxy.core.internal.server;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where one thread waits for another that must not wait. As with a socket, an interrupt does not end it. */
final class Parking {
    private volatile @Nullable Thread waiting;

    /**
     * Waits until a condition holds.
     *
     * @param condition asked again whenever {@link #wake} was called
     * @param nanos how long at most; 0 for ever
     * @return whether it holds
     */
    boolean await(BooleanSupplier condition, long nanos) {
        if (condition.getAsBoolean()) {
            return true;
        }
        long deadline = System.nanoTime() + nanos;
        Thread self = Thread.currentThread();
        boolean interrupted = false;
        waiting = self;
        try {
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (nanos == 0) {
                    LockSupport.park(this);
                } else if (left <= 0) {
                    return false;
                } else {
                    LockSupport.parkNanos(this, left);
                }
                interrupted |= Thread.interrupted();
            }
            return true;
        } finally {
            waiting = null;
            if (interrupted) {
                self.interrupt();
            }
        }
    }

    /** The condition may hold now. From any thread; whatever makes it hold comes before the call. */
    void wake() {
        Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
