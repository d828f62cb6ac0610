package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.backend.BackendSink;
import org.jspecify.annotations.Nullable;

/**
 * A client's place in the queue for a connection: whether it waits there, since when, and for how long it has in all.
 * What a login waits for does not count.
 */
final class QueuePlace {
    private final VirtualSession session;
    private final KeyedPool home;
    private KeyedPool from;
    private boolean moved;
    private long since = System.nanoTime();
    private volatile boolean waiting;
    private long waitedNanos;
    private boolean noticed;

    QueuePlace(VirtualSession session, KeyedPool home) {
        this.session = session;
        this.home = home;
        this.from = home;
    }

    /** A client that has its connection from the beginning waits until it is served, even if there is one. */
    void begin() {
        waiting = true;
        PooledConnection free = home.take(session);
        if (free != null) {
            home.loop().execute(() -> session.served(free));
        }
    }

    /** A connection, or null: then the client waits for one. */
    @Nullable
    PooledConnection take(KeyedPool pool) {
        from = pool;
        since = System.nanoTime();
        waiting = true; // who cannot be served may be refused within the next call
        PooledConnection free = from.take(session);
        if (free != null) {
            waiting = false;
        }
        return free;
    }

    /** Waits elsewhere, for as long as if it had done so from the beginning; a connection if there is one at once. */
    @Nullable
    PooledConnection move(KeyedPool pool) {
        from.stopWaiting(session);
        from = pool;
        moved = true;
        return from.take(session);
    }

    /** Leaves the queue. */
    void stopWaiting() {
        from.stopWaiting(session);
    }

    /**
     * It waits no more.
     *
     * @param counts whether the client had logged in
     */
    void left(boolean counts) {
        if (waiting && counts) {
            waitedNanos += System.nanoTime() - since;
        }
        waiting = false;
        noticed = false;
        if (moved) {
            moved = false;
            from.stopWaiting(session); // a connection may have come from where it waited before
        }
    }

    /** It has waited for long: the client is told so, once. */
    void notice(BackendSink sink) {
        if (!noticed) {
            noticed = true;
            ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(128);
            PoolErrors.WAITING.writeNotice(bytes);
            sink.received(bytes);
            sink.receiveComplete();
        }
    }

    /** From any thread. */
    boolean isWaiting() {
        return waiting;
    }

    /** When it asked last, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    long waitedNanos() {
        return waitedNanos;
    }
}
