package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.pgproxy.core.ServerLimits;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.CancelRegistry;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.SessionContext;
import io.pgproxy.core.internal.session.SteeringFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sessions of one server, and what they share. Thread-safe. */
final class LiveSessions implements SessionContext {
    /** How long sockets may take to close once their sessions have been told to end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Composition composition;
    private final LoginGate gate;
    private final CancelRegistry cancels = new CancelRegistry();
    private final String impossiblePortal;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicInteger admitted = new AtomicInteger();
    private final Map<Session, Entry> live = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean draining;

    LiveSessions(Composition composition) {
        this.composition = composition;
        this.gate = new LoginGate(composition.limits());
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.impossiblePortal = "pgproxy-" + HexFormat.of().formatHex(random);
    }

    /** A session for a connection just accepted; null if too many are in login. */
    @Nullable
    Session begin(Channel channel) {
        InetAddress address = channel.remoteAddress() instanceof InetSocketAddress from && !from.isUnresolved()
                ? from.getAddress()
                : InetAddress.getLoopbackAddress();
        if (draining || !gate.enter(address)) {
            return null;
        }
        Session session = new Session(ids.incrementAndGet(), channel, this);
        live.put(session, new Entry(address));
        if (draining) {
            session.drain();
        }
        return session;
    }

    int count() {
        return live.size();
    }

    /** Ends all sessions now, without waiting for it. */
    void abort() {
        draining = true;
        live.keySet().forEach(Session::abort);
    }

    void drain(Duration deadline) {
        draining = true;
        live.keySet().forEach(Session::drain);
        if (!awaitNone(deadline)) {
            live.keySet().forEach(Session::abort);
            awaitNone(LAST_WORDS);
        }
    }

    private boolean awaitNone(Duration limit) {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (!live.isEmpty()) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Backend backend() {
        return composition.backend();
    }

    @Override
    public ServerLimits limits() {
        return composition.limits();
    }

    @Override
    public CancelRegistry cancels() {
        return cancels;
    }

    @Override
    public SteeringFactory steering() {
        return composition.steering();
    }

    @Override
    public String impossiblePortal() {
        return impossiblePortal;
    }

    @Override
    public boolean admitted(Session session) {
        if (admitted.incrementAndGet() > composition.limits().sessions()) {
            admitted.decrementAndGet();
            return false;
        }
        Entry entry = live.get(session);
        if (entry != null) {
            entry.admitted = true;
        }
        return true;
    }

    @Override
    public void loginOver(Session session) {
        Entry entry = live.get(session);
        if (entry != null && !entry.loggedIn) {
            entry.loggedIn = true;
            gate.leave(entry.address);
        }
    }

    @Override
    public void ended(Session session) {
        Entry entry = live.remove(session);
        if (entry != null && entry.admitted) {
            admitted.decrementAndGet();
        }
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What the server counts a session for. Written on the session's event loop only. */
    private static final class Entry {
        final InetAddress address;
        boolean admitted;
        boolean loggedIn;

        Entry(InetAddress address) {
            this.address = address;
        }
    }
}
