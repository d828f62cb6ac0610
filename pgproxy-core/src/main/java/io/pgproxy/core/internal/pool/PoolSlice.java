package io.pgproxy.core.internal.pool;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a pool: a connection never leaves its loop, and serves only that loop's clients. What the
 * loops share is how many there may be.
 */
final class PoolSlice {
    private static final long TICK_MILLIS = 100;

    /** While nobody waits, time matters less. */
    private static final int CALM_TICKS = 10;

    /** Clients that have waited for so long, and have no connection of their kind to wait for, take another's. */
    private static final long PATIENCE_NANOS = 200_000_000;

    private final Pool pool;
    private final EventLoop loop;
    private final Map<PoolKey, KeyedPool> pools = new HashMap<>();
    private @Nullable ScheduledFuture<?> ticking;
    private int ticks;
    private boolean closed;

    /** Since when somebody waits, for who looks on; 0 if nobody does. */
    private volatile long oldestWait;

    PoolSlice(Pool pool, EventLoop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    Pool pool() {
        return pool;
    }

    /** The connections of a kind. */
    KeyedPool of(PoolKey key) {
        if (ticking == null && !closed) {
            ticking = loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return pools.computeIfAbsent(key, fresh -> new KeyedPool(this, fresh));
    }

    /** A permit for one more connection; if there is none left, one that is idle makes room. */
    boolean permit(KeyedPool wanting) {
        while (!pool.permits().take(wanting.key())) {
            if (closed || !giveUpOne(wanting.key(), wanting)) {
                pool.askOthers(this, wanting.key());
                return false;
            }
        }
        return true;
    }

    private boolean giveUpOne(PoolKey wanting, @Nullable KeyedPool except) {
        for (KeyedPool other : pools.values()) {
            if (other != except && other.hasIdle() && pool.permits().makesRoom(wanting, other.key())) {
                return other.giveUpOne();
            }
        }
        return false;
    }

    /** Another event loop needs the permit of a connection that is idle here. */
    void makeRoom(PoolKey wanting) {
        giveUpOne(wanting, null);
    }

    void giveUpIdle() {
        List.copyOf(pools.values()).forEach(KeyedPool::giveUpIdle);
    }

    /** A connection of this kind has been closed. */
    void released(KeyedPool gone) {
        pool.permits().giveBack(gone.key());
        if (!closed) {
            pool.released(this);
        }
    }

    /** There may be a permit for who waits here. */
    void serve() {
        if (closed) {
            return;
        }
        List<KeyedPool> awaited = new ArrayList<>();
        for (KeyedPool each : pools.values()) {
            if (each.isAwaited()) {
                awaited.add(each);
            }
        }
        awaited.sort((one, other) -> Boolean.compare(other.isStarving(), one.isStarving()));
        awaited.forEach(KeyedPool::openMore);
    }

    void somebodyWaits() {
        if (oldestWait == 0) {
            oldestWait = System.nanoTime();
        }
    }

    long oldestWait() {
        return oldestWait;
    }

    /** Whether a connection that comes back is to be closed for somebody who has waited for too long elsewhere. */
    boolean isOwed(KeyedPool to) {
        return pool.isOwed(this, to);
    }

    private void tick() {
        ticks++;
        if (oldestWait == 0 && ticks % CALM_TICKS != 0) {
            return;
        }
        long now = System.nanoTime();
        long oldest = 0;
        for (KeyedPool each : List.copyOf(pools.values())) {
            each.tick(now);
            long since = each.waitsSince();
            if (since != 0 && (oldest == 0 || since - oldest < 0)) {
                oldest = since;
            }
            if (each.isStarving() && since != 0 && now - since > PATIENCE_NANOS) {
                pool.starves(this, each);
            }
        }
        oldestWait = oldest;
        pools.values().removeIf(KeyedPool::isUnused);
        if (pools.isEmpty() && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        if (ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
        List.copyOf(pools.values()).forEach(KeyedPool::close);
    }
}
