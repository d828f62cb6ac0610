package io.pgproxy.routing;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Asks one node how it is, again and again, on a thread of its own: a slow node delays nobody. */
final class NodeProbe implements Runnable {
    /** A read that was too early may have it asked sooner, but not more often than so many times an interval. */
    private static final int HURRIED = 10;

    private final Topology topology;
    private final Watched watched;
    private final ProbeSettings settings;
    private final NodeConnection connection;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean hurried;

    NodeProbe(Topology topology, Watched watched, ProbeSettings settings, NodeConnection connection) {
        this.topology = topology;
        this.watched = watched;
        this.settings = settings;
        this.connection = connection;
        this.thread = new Thread(this, "pgproxy-topology-" + watched.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Somebody waits for its answer: it looks again when to ask. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Somebody would like an answer sooner. */
    void hurry() {
        if (!hurried) {
            hurried = true;
            wake();
        }
    }

    void stop() {
        stopped = true;
        wake();
        connection.abort();
    }

    void join(long nanos) throws InterruptedException {
        if (thread != Thread.currentThread()) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        }
    }

    @Override
    public void run() {
        while (!stopped) {
            long asked = System.nanoTime();
            hurried = false;
            ask();
            waitSince(asked);
        }
        connection.close();
    }

    private void ask() {
        Sample sample;
        try {
            sample = connection.ask();
        } catch (SQLException e) {
            fail(e.getSQLState() + ": " + e.getMessage());
            return;
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage())); // says of a password that it is not there
            return;
        } catch (RuntimeException e) {
            fail(e.getClass().getName()); // its message may hold anything
            return;
        }
        if (!stopped) {
            topology.answered(watched, sample);
        }
    }

    private void fail(String reason) {
        if (!stopped) {
            topology.failed(watched, reason.lines().findFirst().orElse(""));
        }
    }

    private void waitSince(long asked) {
        while (!stopped) {
            long rest = due(asked) - System.nanoTime();
            if (rest <= 0) {
                return;
            }
            LockSupport.parkNanos(this, rest);
        }
    }

    private long due(long asked) {
        if (topology.isBanned(watched)) {
            return watched.bannedUntil;
        }
        if (topology.isAwaited()) {
            return asked + settings.awaitedInterval().toNanos();
        }
        long interval = settings.interval().toNanos();
        return asked + (hurried ? interval / HURRIED : interval);
    }
}
