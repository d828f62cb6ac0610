package io.pgproxy.core.internal.server;

import io.netty.channel.Channel;
import io.pgproxy.core.Limit;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.auth.ClientAuthentication;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.session.CancelRegistry;
import io.pgproxy.core.internal.session.ClientAddress;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.SessionActivity;
import io.pgproxy.core.internal.session.SessionContext;
import io.pgproxy.core.internal.session.SteeringFactory;
import io.pgproxy.core.internal.tls.ListenerTls;
import io.pgproxy.protocol.PgError;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sessions of one server, and what they share. Thread-safe. */
final class LiveSessions implements SessionContext {
    /** How long sockets may take to close once their sessions have been told to end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Composition composition;
    private final LoginGate logins = new LoginGate();
    private final ConnectionGate connections;
    private final @Nullable ListenerTls tls;
    private final @Nullable ClientAuthentication authentication;
    private final CancelRegistry cancels = new CancelRegistry();
    private final String impossiblePortal;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Session, Entry> live = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean draining;

    LiveSessions(Composition composition, @Nullable ListenerTls tls, ThreadFactory workers) {
        this.composition = composition;
        this.tls = tls;
        this.authentication = composition.authentication(workers);
        this.connections = new ConnectionGate(composition.governor());
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.impossiblePortal = "pgproxy-" + HexFormat.of().formatHex(random);
    }

    /** A session for a connection just accepted; null if too many are in login. */
    @Nullable
    Session begin(Channel channel) {
        Object host = ClientAddress.host(ClientAddress.of(channel.remoteAddress()));
        if (draining) {
            return null;
        }
        Governor governor = governor();
        if (!logins.enter(host, governor.limits())) {
            governor.metrics().limited(Limit.LOGINS);
            return null;
        }
        governor.metrics().connected();
        Session session = new Session(ids.incrementAndGet(), channel, this);
        live.put(session, new Entry(host));
        if (draining) {
            session.drain();
        }
        return session;
    }

    int count() {
        return live.size();
    }

    List<SessionView> views() {
        List<SessionView> views = new ArrayList<>(live.size());
        live.keySet().forEach(session -> views.add(view(session)));
        views.sort(Comparator.comparingLong(SessionView::id));
        return Collections.unmodifiableList(views);
    }

    private static SessionView view(Session session) {
        SessionActivity activity = session.activity();
        return new SessionView(
                session.id(),
                activity.user(),
                activity.database(),
                activity.application(),
                session.address(),
                activity.isEncrypted(),
                state(activity),
                activity.pid(),
                activity.since(),
                activity.pins(),
                activity.exchanges());
    }

    private static SessionView.State state(SessionActivity activity) {
        if (!activity.isServing()) {
            return SessionView.State.LOGIN;
        }
        if (activity.isWaiting()) {
            return SessionView.State.WAITING;
        }
        if (activity.isActive()) {
            return SessionView.State.ACTIVE;
        }
        return switch (activity.transaction()) {
            case IDLE -> SessionView.State.IDLE;
            case IN_TRANSACTION -> SessionView.State.IDLE_IN_TRANSACTION;
            case FAILED -> SessionView.State.IDLE_IN_FAILED_TRANSACTION;
        };
    }

    /** Ends one session, if there is one of this number. */
    boolean kill(long id) {
        for (Session session : live.keySet()) {
            if (session.id() == id) {
                session.abort();
                return true;
            }
        }
        return false;
    }

    void limitsChanged() {
        live.keySet().forEach(Session::limitsChanged);
    }

    /** Ends all sessions now, without waiting for it. */
    void abort() {
        draining = true;
        live.keySet().forEach(Session::abort);
    }

    /** No new clients; those that are there end at their next boundary, or at the deadline: whether none had to. */
    boolean drain(Duration deadline) {
        draining = true;
        live.keySet().forEach(Session::drain);
        if (awaitNone(deadline)) {
            return true;
        }
        abort();
        awaitNone(LAST_WORDS);
        return false;
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
        return composition.backends().main();
    }

    @Override
    public Governor governor() {
        return composition.governor();
    }

    @Override
    public CancelRegistry cancels() {
        return cancels;
    }

    @Override
    public @Nullable ClientAuthentication authentication() {
        return authentication;
    }

    /** Nobody logs in any more. */
    void close() {
        if (authentication != null) {
            authentication.close();
        }
    }

    @Override
    public @Nullable ListenerTls tls() {
        return tls;
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
    public @Nullable PgError admitted(Session session) {
        Entry entry = live.get(session);
        if (entry == null) {
            return null; // it is over already
        }
        PgError refusal = connections.enter(entry.host);
        entry.admitted = refusal == null;
        return refusal;
    }

    @Override
    public @Nullable PgError authenticated(Session session) {
        Entry entry = live.get(session);
        if (entry == null) {
            return null;
        }
        SessionActivity activity = session.activity();
        PgError refusal = connections.enter(activity.user(), activity.database());
        entry.authenticated = refusal == null;
        return refusal;
    }

    @Override
    public void loginOver(Session session) {
        Entry entry = live.get(session);
        if (entry != null && !entry.loggedIn) {
            entry.loggedIn = true;
            logins.leave(entry.host);
        }
    }

    @Override
    public void ended(Session session) {
        Entry entry = live.remove(session);
        if (entry != null) {
            if (entry.admitted) {
                connections.leave(entry.host);
            }
            if (entry.authenticated) {
                connections.leave(session.activity().user(), session.activity().database());
            }
            governor().metrics().disconnected();
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
        final Object host;
        boolean admitted;
        boolean authenticated;
        boolean loggedIn;

        Entry(Object host) {
            this.host = host;
        }
    }
}
