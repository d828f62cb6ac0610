package io.pgproxy.sql.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of a database, read over JDBC from PostgreSQL 14 or later and kept in memory.
 *
 * <p>One reading fetches everything at one moment, in a READ ONLY transaction with {@code search_path=pg_catalog}, of
 * relations, functions, operators and casts of all schemas but those of temporary and TOAST tables. It needs no rights
 * but to connect. An empty database takes some 100 ms, 100,000 tables of ten columns some 5 seconds; until it has
 * ended, {@link #current()} is what was read before. What sessions change in between is not seen until the next
 * reading: after a change that the proxy has seen itself, call {@link #refresh(Executor)}.
 *
 * <p>An empty database takes 2 MB of memory, for its functions. Each table takes some 160 bytes more, and each column
 * that no other table has just so some 100; tables of one shape, such as partitions, share their columns. So 100,000
 * tables of ten columns take 16 to 120 MB. More than {@link Builder#maxRelations} are not read at all, and
 * {@link Builder#withoutColumns} leaves out what takes the most.
 *
 * <p>The driver is the caller's to bring: this library has none.
 *
 * <p>Any thread may use it; {@link #current()} never blocks and is for event loops, {@link #refresh()} blocks.
 */
public final class JdbcCatalog {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final DataSource source;
    private final CatalogReader reader;
    private final Duration refreshAfter;
    private final @Nullable Executor refreshOn;
    private final Duration expireAfter;
    private volatile State state = State.NOTHING;
    private final AtomicReference<@Nullable CompletableFuture<Catalog>> running = new AtomicReference<>();

    /** The last reading that succeeded, with the time at which it began, and why and when the last one failed. */
    private record State(
            Catalog catalog, long nanos, @Nullable Throwable failure, long failedNanos) {
        static final State NOTHING = new State(Catalog.offline(), 0, null, 0);

        boolean olderThan(Duration age) {
            return !catalog.isKnown() || isOver(nanos, age);
        }

        /** A server that is down is not asked again at each call. */
        boolean mayBeTriedAgain() {
            return failure == null || isOver(failedNanos, PAUSE_AFTER_FAILURE);
        }

        private static boolean isOver(long since, Duration duration) {
            return Duration.ofNanos(System.nanoTime() - since).compareTo(duration) > 0;
        }
    }

    private JdbcCatalog(Builder builder) {
        source = builder.source;
        reader = new CatalogReader(builder.timeout, builder.maxRelations, builder.columns);
        refreshAfter = builder.refreshAfter;
        refreshOn = builder.refreshOn;
        expireAfter = builder.expireAfter;
    }

    /**
     * A catalogue to be read.
     *
     * @param source gives connections to the database, as a role that may connect; no client's value ever reaches them
     * @return a builder
     */
    public static Builder builder(DataSource source) {
        return new Builder(source);
    }

    /**
     * What was read last. If it is older than {@link Builder#refreshAfter} allows, a reading begins on that executor,
     * one at a time, and after one that failed not within five seconds.
     *
     * @return the catalogue; {@link Catalog#offline()} if nothing was read yet, or what was has expired
     */
    public Catalog current() {
        State last = state;
        if (refreshOn != null && last.olderThan(refreshAfter) && last.mayBeTriedAgain()) {
            refresh(refreshOn);
        }
        return last.olderThan(expireAfter) ? Catalog.offline() : last.catalog;
    }

    /**
     * Reads now, and waits for it.
     *
     * @return what was read, which is current from now on
     * @throws SQLException what the server or the driver reports; 54000 if there is more than may be read, 57014 if
     *     there was no time left. What was read before stays current
     */
    public Catalog refresh() throws SQLException {
        long began = System.nanoTime();
        try (Connection connection = source.getConnection()) {
            Catalog read = reader.read(connection);
            keep(read, began);
            return read;
        } catch (SQLException | RuntimeException failure) {
            failed(failure);
            throw failure;
        }
    }

    private synchronized void keep(Catalog read, long began) {
        // Of two readings at a time the one that began later has seen more.
        if (!state.catalog.isKnown() || began - state.nanos > 0) {
            state = new State(read, began, null, 0);
        }
    }

    private synchronized void failed(Throwable failure) {
        state = new State(state.catalog, state.nanos, failure, System.nanoTime());
    }

    /**
     * Reads on an executor. Whoever asks while a reading waits or runs gets that one.
     *
     * @param executor one that may block, for as long as {@link Builder#timeout} says
     * @return what was read, or the failure of {@link #refresh()}
     */
    public CompletionStage<Catalog> refresh(Executor executor) {
        CompletableFuture<Catalog> mine = new CompletableFuture<>();
        CompletableFuture<Catalog> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other.minimalCompletionStage();
        }
        try {
            executor.execute(() -> run(mine));
        } catch (RuntimeException refused) {
            running.set(null);
            mine.completeExceptionally(refused);
        }
        return mine.minimalCompletionStage();
    }

    private void run(CompletableFuture<Catalog> reading) {
        try {
            Catalog read = refresh();
            running.set(null);
            reading.complete(read);
        } catch (SQLException | RuntimeException | Error failure) {
            running.set(null);
            reading.completeExceptionally(new CompletionException(failure));
        }
    }

    /**
     * Why the last reading failed.
     *
     * @return null if it succeeded, or if there was none
     */
    public @Nullable Throwable lastFailure() {
        return state.failure;
    }

    /** How to read and when. */
    public static final class Builder {
        private final DataSource source;
        private Duration timeout = Duration.ofSeconds(30);
        private Duration refreshAfter = Duration.ofMinutes(1);
        private @Nullable Executor refreshOn;
        private Duration expireAfter = Duration.ofMinutes(10);
        private int maxRelations = 120_000;
        private boolean columns = true;

        private Builder(DataSource source) {
            this.source = source;
        }

        /**
         * How long one reading may take on its connection.
         *
         * @param most 30 seconds by default
         * @return this builder
         */
        public Builder timeout(Duration most) {
            timeout = positive(most);
            return this;
        }

        /**
         * Lets {@link JdbcCatalog#current()} begin a reading when the last one is old. Without this only
         * {@code refresh} reads.
         *
         * @param age how old it may get
         * @param executor where to read; one that may block
         * @return this builder
         */
        public Builder refreshAfter(Duration age, Executor executor) {
            refreshAfter = positive(age);
            refreshOn = executor;
            return this;
        }

        /**
         * From which age on nothing is known rather than what was read, because readings failed or nobody asked for
         * one.
         *
         * @param age 10 minutes by default
         * @return this builder
         */
        public Builder expireAfter(Duration age) {
            expireAfter = positive(age);
            return this;
        }

        /**
         * How many relations may be read, and ten times as many functions, and thirty times as many columns; a reading
         * of more fails.
         *
         * @param most 120,000 by default
         * @return this builder
         */
        public Builder maxRelations(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("maxRelations must be positive, not " + most);
            }
            maxRelations = most;
            return this;
        }

        /**
         * Leaves out the columns, which are most of the time and the memory; {@link StoredRelation#columns()} is then
         * empty.
         *
         * @return this builder
         */
        public Builder withoutColumns() {
            columns = false;
            return this;
        }

        /**
         * Makes the catalogue; nothing is read yet.
         *
         * @return the catalogue
         */
        public JdbcCatalog build() {
            return new JdbcCatalog(this);
        }

        private static Duration positive(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("a duration must be positive, not " + duration);
            }
            return duration;
        }
    }
}
