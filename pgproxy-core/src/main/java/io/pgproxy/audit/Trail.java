package io.pgproxy.audit;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the audit knows of one session. On the session's event loop, but for what is said to be elsewhere.
 *
 * <p>Promises are counted and not tied to executions: each execution that was admitted ends exactly once, so the number
 * is right whichever of them uses which.
 */
final class Trail {
    private final AuditedSession session;

    /** Records that have no place of their own; less when the writer has written them. */
    private final AtomicInteger overdrawn = new AtomicInteger();

    private boolean begun;
    private int promises;
    private @Nullable Waiter<?> waiter;
    private @Nullable Execution waits;

    Trail(Session session) {
        this.session = new AuditedSession(session.id(), session.user(), session.database(), address(session.client()));
    }

    /** Never by name: that would ask a name server, on the event loop. */
    private static String address(SocketAddress client) {
        if (!(client instanceof InetSocketAddress internet)) {
            return client.toString();
        }
        if (internet.getAddress() == null) {
            return internet.getHostString() + ":" + internet.getPort();
        }
        String host = internet.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + internet.getPort();
    }

    AuditedSession session() {
        return session;
    }

    void begin() {
        begun = true;
    }

    boolean isBegun() {
        return begun;
    }

    /** A place is promised to an execution of this session. */
    void promised() {
        promises++;
    }

    /** An execution waits for its promise. */
    void waits(Execution execution, Waiter<?> forPlace) {
        lookAtWaiter(null);
        waiter = forPlace;
        waits = execution;
    }

    /** An execution has ended: whether a place was promised, which it uses. */
    boolean usePromise(Execution execution) {
        lookAtWaiter(execution);
        if (promises == 0) {
            return false;
        }
        promises--;
        return true;
    }

    /** The session has ended: promises that nobody has used. */
    int takePromises() {
        lookAtWaiter(waits);
        int unused = promises;
        promises = 0;
        return unused;
    }

    /** One that has ended waits no longer, and may have been promised its place a moment before. */
    private void lookAtWaiter(@Nullable Execution ended) {
        Waiter<?> known = waiter;
        if (known == null || (waits != ended && !known.isDone())) {
            return;
        }
        waiter = null;
        waits = null;
        if (!known.cancel(false) && known.isGranted()) {
            promises++;
        }
    }

    /** Counts a record without a place; says how many there are. */
    int overdraw() {
        return overdrawn.incrementAndGet();
    }

    /** From the audit's thread: it was written. */
    void settle() {
        overdrawn.decrementAndGet();
    }
}
