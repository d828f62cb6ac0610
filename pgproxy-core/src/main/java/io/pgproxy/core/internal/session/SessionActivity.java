package io.pgproxy.core.internal.session;

import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.startup.StartupMessage;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a session is and what it does, for those who look on. Written on the session's event loop, read from anywhere: a
 * reader sees each value as it was a moment ago.
 */
public final class SessionActivity {
    private final Instant since = Instant.now();
    private final long began;

    private volatile String user = "";
    private volatile String database = "";
    private volatile String application = "";
    private volatile boolean encrypted;
    private volatile int pid;
    private volatile @Nullable BackendSession upstream;
    private volatile boolean serving;
    private volatile boolean active;
    private volatile TransactionStatus transaction = TransactionStatus.IDLE;
    private volatile long exchanges;

    /** Counted here, and shown once for what was read at once. */
    private long ended;

    SessionActivity(long now) {
        this.began = now;
    }

    void encrypted(boolean is) {
        encrypted = is;
    }

    void asks(StartupMessage startup) {
        String name = startup.requireUser();
        String asked = startup.parameter("database");
        String program = startup.parameter("application_name");
        user = name;
        database = asked == null || asked.isEmpty() ? name : asked;
        application = program == null ? "" : program;
    }

    void opened(BackendSession session) {
        upstream = session;
    }

    void connected(int upstreamPid) {
        pid = upstreamPid;
    }

    void serves() {
        serving = true;
    }

    void exchangeEnded() {
        ended++;
    }

    /** Shows what has changed: a value that has not is not written, for that costs more than to look. */
    void now(boolean busy, TransactionStatus status) {
        if (active != busy) {
            active = busy;
        }
        if (transaction != status) {
            transaction = status;
        }
        if (exchanges != ended) {
            exchanges = ended;
        }
    }

    /** {@return nanoseconds of its event loop's clock when the client connected} */
    public long began() {
        return began;
    }

    /** {@return when the client connected} */
    public Instant since() {
        return since;
    }

    /** {@return whether the client's connection is encrypted} */
    public boolean isEncrypted() {
        return encrypted;
    }

    /** {@return the user, empty before the start-up packet} */
    public String user() {
        return user;
    }

    /** {@return the database, empty before the start-up packet} */
    public String database() {
        return database;
    }

    /** {@return what the client calls itself, or an empty string} */
    public String application() {
        return application;
    }

    /** {@return the process of its upstream, 0 while there is none} */
    public int pid() {
        BackendSession session = upstream;
        int now = session == null ? -1 : session.upstreamPid();
        return now < 0 ? pid : now;
    }

    /** {@return why it keeps a connection of a pool} */
    public Set<String> pins() {
        BackendSession session = upstream;
        return session == null ? Set.of() : session.pins();
    }

    /** {@return whether it waits for a connection of a pool} */
    public boolean isWaiting() {
        BackendSession session = upstream;
        return session != null && session.isWaiting();
    }

    /** {@return whether the client has logged in} */
    public boolean isServing() {
        return serving;
    }

    /** {@return whether it waits for an answer} */
    public boolean isActive() {
        return active;
    }

    /** {@return its transaction as the last ReadyForQuery told it} */
    public TransactionStatus transaction() {
        return transaction;
    }

    /** {@return how many exchanges have ended} */
    public long exchanges() {
        return exchanges;
    }
}
