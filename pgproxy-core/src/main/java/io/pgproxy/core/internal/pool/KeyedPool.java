package io.pgproxy.core.internal.pool;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.protocol.PgError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop that are alike, and the clients that wait for one. Who waits is served in the order
 * of asking: a connection that comes back goes to the first of them before it goes to the shelf.
 */
final class KeyedPool {
    /** A login fails first for a hundredth of the longest pause; see {@link PoolSettings#loginRetry}. */
    private static final int FIRST_PAUSE = 100;

    private final PoolSlice slice;
    private final PoolKey key;
    private final ArrayDeque<PooledConnection> idle = new ArrayDeque<>();
    private final ArrayDeque<VirtualSession> waiting = new ArrayDeque<>();
    private final List<VirtualSession> greeting = new ArrayList<>();
    private final EqualMaps equal;
    private final StatementTexts texts = new StatementTexts();
    private @Nullable Map<String, String> welcome;
    private @Nullable Credentials credentials;
    private @Nullable PgError lastFailure;
    private int failures;
    private long retryAt;
    private int open;
    private int opening;
    private int clients;
    private boolean handing;
    private String lastName = "";

    KeyedPool(PoolSlice slice, PoolKey key) {
        this.slice = slice;
        this.key = key;
        this.equal = slice.pool().others().equalMaps(slice.loop());
    }

    EventLoop loop() {
        return slice.loop();
    }

    PoolSettings settings() {
        return slice.pool().settings();
    }

    PoolCounts counts() {
        return slice.pool().counts();
    }

    Pool pool() {
        return slice.pool();
    }

    PoolKey key() {
        return key;
    }

    StatementTexts texts() {
        return texts;
    }

    boolean isForSessions() {
        return settings().mode() == PoolMode.SESSION;
    }

    /** One instance for equal maps. */
    Map<String, String> canonical(Map<String, String> parameters) {
        return equal.one(parameters);
    }

    /** A client logs in: it is greeted when it is known what the server says to such clients. */
    void enter(VirtualSession session, @Nullable Credentials found) {
        clients++;
        counts().clients.incrementAndGet();
        credentials = found;
        lastName = session.applicationName();
        if (isForSessions()) {
            session.begin();
        } else if (welcome != null) {
            loop().execute(session::greet);
        } else {
            greeting.add(session);
            openMore();
        }
    }

    /** A client that has logged in elsewhere will have connections from here. */
    void join(VirtualSession session, @Nullable Credentials found) {
        clients++;
        counts().clients.incrementAndGet();
        credentials = found;
        lastName = session.applicationName();
    }

    /** A client of a sort that cannot share connections. */
    void enterNot(VirtualSession session) {
        clients++;
        counts().clients.incrementAndGet();
        loop().execute(() -> session.refused(PoolErrors.NO_REPLICATION));
    }

    /** What the server says to those who log in; null if it has not been asked. */
    @Nullable
    Map<String, String> welcome() {
        return welcome;
    }

    void left(VirtualSession session) {
        clients--;
        counts().clients.decrementAndGet();
        greeting.remove(session);
        stopWaiting(session);
    }

    /** A connection, or null: then the client waits for one, and is served or refused later. */
    @Nullable
    PooledConnection take(VirtualSession session) {
        counts().taken.increment();
        PooledConnection found = waiting.isEmpty() && !pool().isPaused() ? idle.pollFirst() : null;
        if (found != null) {
            counts().idle.decrementAndGet();
            return found;
        }
        counts().waits.increment();
        counts().waiting.incrementAndGet();
        waiting.add(session);
        slice.somebodyWaits();
        openMore();
        return null;
    }

    /** Whether who asks now has not to wait. */
    boolean hasForNext() {
        return waiting.isEmpty() && !idle.isEmpty() && !pool().isPaused();
    }

    /** Whether no connection is left, and the last attempt to get one has failed: the next is not due, or under way. */
    boolean isDown() {
        return failures > 0 && open == opening && (opening > 0 || System.nanoTime() - retryAt < 0);
    }

    boolean isFull() {
        return counts().waiting.get() >= settings().queueLimit();
    }

    void stopWaiting(VirtualSession session) {
        if (waiting.remove(session)) {
            counts().waiting.decrementAndGet();
        }
    }

    /** Opens as many as are waited for, as far as there may be more. */
    void openMore() {
        int wanted = Math.max(waiting.size(), greeting.isEmpty() ? 0 : 1);
        while (opening < wanted && mayOpen() && slice.permit(this)) {
            open();
        }
    }

    /** Keeps the least number open, once somebody has used them. */
    void warmUp() {
        while (clients > 0 && open < settings().minimum() && mayOpen() && slice.permit(this)) {
            open();
        }
    }

    private boolean mayOpen() {
        return !pool().isPaused() && (failures == 0 || (opening == 0 && System.nanoTime() - retryAt >= 0));
    }

    private void open() {
        open++;
        opening++;
        PooledConnection connection =
                new PooledConnection(this, lastName, pool().generation(), System.nanoTime() + lifetime());
        connection.open(pool().backend(), key.startup(lastName), credentials);
    }

    private long lifetime() {
        long most = settings().lifetime().toNanos();
        return most == 0
                ? Long.MAX_VALUE / 2
                : most - ThreadLocalRandom.current().nextLong(most / 10 + 1);
    }

    void opened(PooledConnection connection) {
        opening--;
        failures = 0;
        lastFailure = null;
        counts().opened.increment();
        welcome = connection.reported();
        List<VirtualSession> greeted = List.copyOf(greeting);
        greeting.clear();
        back(connection);
        greeted.forEach(VirtualSession::greet);
        warmUp();
    }

    void failed(PooledConnection connection, PgError reason) {
        opening--;
        failures = Math.min(failures + 1, 20);
        lastFailure = reason;
        counts().failed.increment();
        long most = settings().loginRetry().toNanos();
        long pause = Math.min(most, (most / FIRST_PAUSE) << (failures - 1));
        retryAt = System.nanoTime() + pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        gone(connection);
        List<VirtualSession> loggingIn = List.copyOf(greeting);
        greeting.clear();
        loggingIn.forEach(session -> session.refused(reason));
        List.copyOf(waiting).forEach(VirtualSession::goesElsewhere);
        if (!isPassing(reason.sqlState())) {
            welcome = null;
            refuseAll(reason);
        }
        slice.somebodyWaits();
    }

    /** Whether trying again may help: the server is away, starts, or has no room; all else is an answer. */
    private static boolean isPassing(String sqlState) {
        return sqlState.startsWith("08") || sqlState.startsWith("57P") || sqlState.startsWith("53");
    }

    private void refuseAll(PgError reason) {
        List<VirtualSession> all = List.copyOf(waiting);
        counts().waiting.addAndGet(-waiting.size());
        waiting.clear();
        all.forEach(session -> session.refused(reason));
    }

    /** A clean one comes back, or has just been opened. */
    void back(PooledConnection connection) {
        if (slice.isClosed()
                || pool().isPaused()
                || connection.generation() != pool().generation()
                || System.nanoTime() - connection.retiresAt() >= 0
                || slice.isOwed(this)) {
            connection.retire();
            return;
        }
        VirtualSession next = waiting.poll();
        if (next == null) {
            idle.addFirst(connection);
            counts().idle.incrementAndGet();
        } else {
            counts().waiting.decrementAndGet();
            hand(connection, next);
        }
    }

    /** Who has no need of it any more gives it back at once: that must not go deeper with each that waits. */
    private void hand(PooledConnection connection, VirtualSession next) {
        if (handing) {
            loop().execute(() -> next.served(connection));
            return;
        }
        handing = true;
        try {
            next.served(connection);
        } finally {
            handing = false;
        }
    }

    /** A connection has been closed. */
    void gone(PooledConnection connection) {
        open--;
        counts().closed.increment();
        if (idle.remove(connection)) {
            counts().idle.decrementAndGet();
        }
        slice.released(this);
    }

    /** Closes the one that was not used for longest: whether there was one. */
    boolean giveUpOne() {
        PooledConnection oldest = idle.peekLast();
        if (oldest != null) {
            oldest.retire();
        }
        return oldest != null;
    }

    void giveUpIdle() {
        List.copyOf(idle).forEach(PooledConnection::retire);
    }

    /** There will be no connections any more: who waits for one gets it elsewhere, if it can. */
    void close() {
        giveUpIdle();
        List.copyOf(waiting).forEach(VirtualSession::goesHome);
    }

    /** Since when the first one waits; 0 if nobody does. */
    long waitsSince() {
        VirtualSession first = waiting.peek();
        return first == null ? 0 : first.waitsSince();
    }

    /** Somebody waits, and there is nothing here that could come back. */
    boolean isStarving() {
        return open == 0 && (!waiting.isEmpty() || !greeting.isEmpty()) && failures == 0;
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    boolean isUnused() {
        return open == 0 && clients == 0;
    }

    boolean isAwaited() {
        return !waiting.isEmpty() || !greeting.isEmpty();
    }

    /** Time passes. */
    void tick(long now) {
        long timeout = settings().queueTimeout().toNanos();
        long notice = settings().queueNotice().toNanos();
        long connect = settings().connectTimeout().toNanos();
        PgError failure = lastFailure;
        for (VirtualSession session : List.copyOf(waiting)) {
            long waited = now - session.waitsSince();
            if (timeout > 0 && waited >= timeout && !pool().isPaused()) {
                counts().timedOut.increment();
                stopWaiting(session);
                session.refused(PoolErrors.TIMED_OUT);
            } else if (failure != null && open == 0 && waited >= connect) {
                stopWaiting(session);
                session.refused(PoolErrors.unreachable(failure));
            } else if (notice > 0 && waited >= notice) {
                session.noticeWait();
            } else {
                break; // those behind have waited less
            }
        }
        for (VirtualSession session : List.copyOf(greeting)) {
            if (timeout > 0 && now - session.waitsSince() >= timeout && !pool().isPaused()) {
                counts().timedOut.increment();
                greeting.remove(session);
                session.refused(PoolErrors.TIMED_OUT);
            }
        }
        if (isAwaited()) {
            openMore();
        }
        closeOld(now);
        warmUp();
    }

    private void closeOld(long now) {
        long idleTimeout = settings().idleTimeout().toNanos();
        for (PooledConnection connection : List.copyOf(idle)) {
            boolean old = now - connection.retiresAt() >= 0;
            boolean unused =
                    idleTimeout > 0 && open > settings().minimum() && now - connection.idleSince() >= idleTimeout;
            if (old || unused || connection.generation() != pool().generation()) {
                connection.retire();
            }
        }
    }
}
