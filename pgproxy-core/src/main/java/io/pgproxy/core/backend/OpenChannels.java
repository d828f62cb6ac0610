package io.pgproxy.core.backend;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections of one backend, so that none outlives it: a session may have ended while its last bytes, or the
 * cancel of what it left running, are still on their way. Thread-safe.
 */
final class OpenChannels {
    private final Set<Channel> open = new HashSet<>();
    private boolean closed;

    /** Whether more may be opened. */
    synchronized boolean isClosed() {
        return closed;
    }

    /** Knows a connection from before it is established until it has closed. */
    void add(Channel channel) {
        synchronized (this) {
            open.add(channel);
        }
        channel.closeFuture().addListener(gone -> remove(channel));
    }

    private synchronized void remove(Channel channel) {
        open.remove(channel);
        notifyAll();
    }

    /** Lets what is open come to its end, and ends it after a while. Blocks; the event loops must still run. */
    void close(Duration patience) {
        if (!awaitNone(patience)) {
            synchronized (this) {
                open.forEach(Channel::close);
            }
            awaitNone(patience);
        }
    }

    private synchronized boolean awaitNone(Duration limit) {
        closed = true;
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
