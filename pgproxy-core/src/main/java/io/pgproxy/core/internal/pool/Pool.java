package io.pgproxy.core.internal.pool;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.internal.limit.SqlReader;
import io.pgproxy.core.internal.session.SharedBackend;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.pool.UpstreamPool;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Shares the connections of a backend: to sessions it is a backend itself, each gets a {@link VirtualSession} that has
 * a connection only while it needs one. Thread-safe.
 */
public final class Pool implements Backend, UpstreamPool, SharedBackend {
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final String name;
    private final List<String> names;
    private final Pools others;
    private final Backend backend;
    private final PoolSettings settings;
    private final Permits permits;
    private final PoolCounts counts = new PoolCounts();
    private final SqlReader sql = new SqlReader();
    private final FootprintReader reader = new FootprintReader(sql);
    private final Map<EventLoop, PoolSlice> slices = new ConcurrentHashMap<>();
    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicLong definitions = new AtomicLong();
    private final AtomicReference<@Nullable Debt> debt = new AtomicReference<>();
    private final String impossibleName;
    private volatile boolean paused;
    private volatile boolean ended;

    /**
     * A pool without a connection.
     *
     * @param name of the upstream
     * @param backend what is shared, closed with the pool
     * @param settings how
     * @param others those of the same server
     */
    Pool(String name, Backend backend, PoolSettings settings, Pools others) {
        this.name = name;
        this.names = List.of(name);
        this.others = others;
        this.backend = backend;
        this.settings = settings;
        this.permits = new Permits(settings);
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.impossibleName = "pgproxy-" + HexFormat.of().formatHex(random);
    }

    /** {@return how it is shared} */
    public PoolSettings settings() {
        return settings;
    }

    String name() {
        return name;
    }

    /** Its name alone. */
    List<String> names() {
        return names;
    }

    /** Those of the same server, this one included. */
    Pools others() {
        return others;
    }

    @Override
    public int inUse() {
        return permits.taken() - counts.idle.get() + counts.waiting.get();
    }

    Backend backend() {
        return backend;
    }

    Permits permits() {
        return permits;
    }

    PoolCounts counts() {
        return counts;
    }

    /** A name that no client can have given to anything. */
    String impossibleName() {
        return impossibleName;
    }

    FootprintReader reader() {
        return reader;
    }

    boolean isPaused() {
        return paused;
    }

    /** Connections of an earlier one are not used any more. */
    int generation() {
        return generation.get();
    }

    /** How many definitions have been changed that prepared statements may depend on. */
    long definitions() {
        return definitions.get();
    }

    /** Definitions have been changed: what is prepared may mean something else now. */
    void defined() {
        definitions.incrementAndGet();
    }

    @Override
    public boolean logsInByItself() {
        return backend.logsInByItself();
    }

    @Override
    public String loginUser(StartupMessage startup) {
        return backend.loginUser(startup);
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        return open(startup, null, backend.loginUser(startup), loop, sink);
    }

    @Override
    public BackendSession open(StartupMessage startup, Credentials credentials, EventLoop loop, BackendSink sink) {
        return open(startup, credentials, credentials.user(), loop, sink);
    }

    private BackendSession open(
            StartupMessage startup, @Nullable Credentials credentials, String user, EventLoop loop, BackendSink sink) {
        KeyedPool home = of(startup, user, loop);
        VirtualSession session = new VirtualSession(home, startup, credentials, sink);
        if (startup.parameter("replication") == null) {
            home.enter(session, credentials);
        } else {
            home.enterNot(session);
        }
        return session;
    }

    private KeyedPool of(StartupMessage startup, String user, EventLoop loop) {
        PoolSlice slice = slices.computeIfAbsent(loop, fresh -> new PoolSlice(this, fresh));
        if (ended) {
            slice.close(); // it may be younger than the end
        }
        return slice.of(PoolKey.of(startup, user));
    }

    /** The connections that a session of another pool can use. */
    KeyedPool of(StartupMessage startup, @Nullable Credentials credentials, EventLoop loop) {
        return of(startup, credentials == null ? backend.loginUser(startup) : credentials.user(), loop);
    }

    /** One event loop has no permit left: others may have connections that nobody needs. */
    void askOthers(PoolSlice wanting, PoolKey kind) {
        if (counts.idle.get() == 0) {
            return; // nobody has one to give; who waits asks again as time passes
        }
        slices.forEach((loop, slice) -> {
            if (slice != wanting) {
                loop.execute(() -> slice.makeRoom(kind));
            }
        });
    }

    /** A permit has become free: for who was promised it, else for any that waits. */
    void released(PoolSlice by) {
        Debt owed = debt.getAndSet(null);
        if (owed != null) {
            owed.slice().loop().execute(owed.to()::openMore);
        } else if (counts.waiting.get() > 0) {
            slices.forEach((loop, slice) -> loop.execute(slice::serve));
        } else {
            by.loop().execute(by::serve); // somebody may log in
        }
    }

    /** Somebody waits for a connection of a kind that none is open of. */
    void starves(PoolSlice slice, KeyedPool kind) {
        debt.compareAndSet(null, new Debt(slice, kind));
        askOthers(slice, kind.key());
    }

    boolean isOwed(PoolSlice by, KeyedPool kind) {
        Debt owed = debt.get();
        return owed != null && owed.to() != kind;
    }

    @Override
    public PoolView view() {
        int open = permits.taken();
        return new PoolView(
                name,
                settings.mode(),
                settings.maximum(),
                open,
                Math.min(open, Math.max(0, counts.idle.get())),
                counts.pinned.get(),
                counts.clients.get(),
                counts.waiting.get(),
                longestWait(),
                paused,
                counts.view());
    }

    private Duration longestWait() {
        if (counts.waiting.get() == 0) {
            return Duration.ZERO;
        }
        long now = System.nanoTime();
        long longest = 0;
        for (PoolSlice slice : slices.values()) {
            long since = slice.oldestWait();
            longest = Math.max(longest, since == 0 ? 0 : now - since);
        }
        return Duration.ofNanos(longest);
    }

    @Override
    public boolean pause(Duration deadline) {
        paused = true;
        slices.forEach((loop, slice) -> loop.execute(slice::giveUpIdle));
        return awaitNone(deadline);
    }

    private boolean awaitNone(Duration deadline) {
        try {
            return permits.awaitNone(deadline.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void resume() {
        paused = false;
        slices.forEach((loop, slice) -> loop.execute(slice::serve));
    }

    @Override
    public void drain() {
        generation.incrementAndGet();
        slices.forEach((loop, slice) -> loop.execute(slice::giveUpIdle));
    }

    @Override
    public void reload() throws IOException {
        backend.reload();
    }

    @Override
    public void close() {
        end(LAST_WORDS);
    }

    /**
     * Closes it: its connections as they come back, those that do not at the deadline.
     *
     * @param deadline how long to wait until no connection is left
     * @return whether none was
     */
    public boolean end(Duration deadline) {
        ended = true;
        slices.forEach((loop, slice) -> {
            try {
                loop.execute(slice::close);
            } catch (RejectedExecutionException ended) {
                // its connections have ended with it
            }
        });
        boolean none = awaitNone(deadline);
        backend.close();
        sql.close();
        return none;
    }

    /** A connection that comes back is to make room for a client that has nothing to wait for. */
    private record Debt(PoolSlice slice, KeyedPool to) {}

    /** {@return what it shares} */
    @Override
    public String toString() {
        return "Pool[" + backend + "]";
    }
}
