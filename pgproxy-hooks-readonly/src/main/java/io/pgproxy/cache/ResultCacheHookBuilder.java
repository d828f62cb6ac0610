package io.pgproxy.cache;

import io.pgproxy.hook.Session;
import io.pgproxy.sql.QualifiedName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is cached, how much of it, for how long, and for whom. For one thread. */
public final class ResultCacheHookBuilder {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final Duration LONGEST = Duration.ofDays(365);

    private @Nullable Function<Session, @Nullable CachedDatabase> databases;
    Function<Session, Object> scope = session -> "";
    boolean acrossUsers;
    Duration timeToLive = Duration.ofMinutes(15);
    Duration staleWhileRevalidate = Duration.ZERO;
    Duration waitForOthers = Duration.ofSeconds(5);
    Duration settleAfterWrites = Duration.ZERO;

    /** How long a server that has lost its client in COMMIT may yet come to it; for tests that wait for it. */
    Duration lostInCommit = Duration.ofSeconds(30);

    long maxEntries = 10_000;
    long maxBytes = 64 * MEBIBYTE;
    long maxResultBytes = MEBIBYTE;
    Predicate<Session> hints = session -> false;
    Predicate<Session> mayReset = session -> true;
    List<String> resetNames = List.of("pgproxy_cache_reset", "rustproxy_cache_reset");
    boolean upstreamIsReadOnly;

    private final Set<String> allowed = new HashSet<>();
    private final Set<String> denied = new HashSet<>();
    private final Map<QualifiedName, Set<QualifiedName>> declaredFunctions = new HashMap<>();
    private final Map<TriggerName, Set<QualifiedName>> declaredTriggers = new HashMap<>();
    private boolean systemCatalogs;
    private boolean foreignTables;

    ResultCacheHookBuilder() {}

    /**
     * The database that all sessions use. One of this and {@link #databases} is needed.
     *
     * @param database its catalogue
     * @return this
     */
    public ResultCacheHookBuilder database(CachedDatabase database) {
        Objects.requireNonNull(database, "database");
        databases = session -> database;
        return this;
    }

    /**
     * Which database a session uses.
     *
     * @param choice asked once for each session, when it has logged in, on its event loop; null for sessions whose
     *     results are not cached, and whose writes drop none
     * @return this
     */
    public ResultCacheHookBuilder databases(Function<Session, @Nullable CachedDatabase> choice) {
        databases = Objects.requireNonNull(choice, "choice");
        return this;
    }

    /**
     * What else results depend on: the tenant, the version of a policy. What hooks put as settings of terms, and what
     * they rewrite, is known anyhow.
     *
     * @param declared gives values that can be compared; asked once for each session, when it has logged in, on its
     *     event loop
     * @return this
     */
    public ResultCacheHookBuilder scope(Function<Session, Object> declared) {
        scope = Objects.requireNonNull(declared, "declared");
        return this;
    }

    /**
     * Shares results between users of the proxy who have the same role on the server. Not for a chain whose other hooks
     * treat users differently, unless {@link #scope} tells them apart.
     *
     * @return this
     */
    public ResultCacheHookBuilder acrossUsers() {
        acrossUsers = true;
        return this;
    }

    /**
     * For how long a result is served.
     *
     * @param age from when it was complete; 15 minutes if not set
     * @return this
     */
    public ResultCacheHookBuilder timeToLive(Duration age) {
        timeToLive = positive(age, "timeToLive");
        return this;
    }

    /**
     * For how long a result is served when its time is over, while one session asks for a new one. A result that was
     * overtaken by a write through the proxy is never served.
     *
     * @param grace zero if not set: nothing is served then
     * @return this
     */
    public ResultCacheHookBuilder staleWhileRevalidate(Duration grace) {
        staleWhileRevalidate = notNegative(grace, "staleWhileRevalidate");
        return this;
    }

    /**
     * For how long a session waits for the result of an identical query that another has sent.
     *
     * @param most 5 seconds if not set; zero for never. When it is over, or the other has failed, it asks by itself
     * @return this
     */
    public ResultCacheHookBuilder waitForOthers(Duration most) {
        waitForOthers = notNegative(most, "waitForOthers");
        return this;
    }

    /**
     * For how long nothing is kept that was read from a table after a write to it has ended: where reads go to
     * replicas, the greatest lag that these may have.
     *
     * @param lag zero if not set
     * @return this
     */
    public ResultCacheHookBuilder settleAfterWrites(Duration lag) {
        settleAfterWrites = notNegative(lag, "settleAfterWrites");
        return this;
    }

    /**
     * How many results are kept.
     *
     * @param most 10,000 if not set
     * @return this
     */
    public ResultCacheHookBuilder maxEntries(long most) {
        maxEntries = positive(most, "maxEntries");
        return this;
    }

    /**
     * How many bytes results and their keys take, more or less. Each counts for no less than its share of
     * {@link #maxEntries}.
     *
     * @param most 64 MiB if not set
     * @return this
     */
    public ResultCacheHookBuilder maxBytes(long most) {
        maxBytes = positive(most, "maxBytes");
        return this;
    }

    /**
     * How large a result may be to be kept.
     *
     * @param most bytes of its rows as they go over the wire; 1 MiB if not set
     * @return this
     */
    public ResultCacheHookBuilder maxResultBytes(long most) {
        maxResultBytes = positive(most, "maxResultBytes");
        return this;
    }

    /**
     * Whose hints are followed: <code>/&#42; pgproxy: cache 60s &#42;/</code> (also {@code ms}, {@code m}, {@code h})
     * and <code>/&#42; pgproxy: no-cache &#42;/</code> in front of a statement. They never make anything cacheable.
     *
     * @param trusted nobody's if not set
     * @return this
     */
    public ResultCacheHookBuilder hints(Predicate<Session> trusted) {
        hints = Objects.requireNonNull(trusted, "trusted");
        return this;
    }

    /**
     * Keeps results of these alone, and of what is allowed besides.
     *
     * @param names schemas, or tables and views with their schema ({@code public.orders}), as the catalogue has them
     * @return this
     */
    public ResultCacheHookBuilder allow(String... names) {
        allowed.addAll(List.of(names));
        return this;
    }

    /**
     * Keeps no result of these; goes before {@link #allow}.
     *
     * @param names schemas, or tables and views with their schema, as the catalogue has them
     * @return this
     */
    public ResultCacheHookBuilder deny(String... names) {
        denied.addAll(List.of(names));
        return this;
    }

    /**
     * Keeps results of the system's catalogues and of information_schema too. What changes these is seen when their
     * time is over, but for definitions that are made through the proxy.
     *
     * @return this
     */
    public ResultCacheHookBuilder systemCatalogs() {
        systemCatalogs = true;
        return this;
    }

    /**
     * Keeps results of foreign tables too. What is written on the other server is seen when their time is over.
     *
     * @return this
     */
    public ResultCacheHookBuilder foreignTables() {
        foreignTables = true;
        return this;
    }

    /**
     * Says what a function reads that is not IMMUTABLE: results of its calls are kept.
     *
     * @param function its name with its schema
     * @param tables what it reads, with their schemas; none if its value depends on its arguments alone
     * @return this
     */
    public ResultCacheHookBuilder function(String function, String... tables) {
        declaredFunctions.put(qualified(function), qualified(tables));
        return this;
    }

    /**
     * Says what a trigger writes. A write to a table with a trigger of which nobody says this drops all results of the
     * database.
     *
     * @param table its table with its schema: {@code public.orders}
     * @param trigger its name
     * @param tables what it writes, with their schemas
     * @return this
     */
    public ResultCacheHookBuilder trigger(String table, String trigger, String... tables) {
        declaredTriggers.put(new TriggerName(qualified(table), trigger), qualified(tables));
        return this;
    }

    /**
     * Says that nothing can be written through the proxy, for another hook sees to it: then no statement drops results,
     * functions of users' own neither.
     *
     * @return this
     */
    public ResultCacheHookBuilder upstreamIsReadOnly() {
        upstreamIsReadOnly = true;
        return this;
    }

    /**
     * By which names the cache is reset: {@code SELECT name()}.
     *
     * @param names {@code pgproxy_cache_reset} and {@code rustproxy_cache_reset} if not set; none for not at all
     * @return this
     */
    public ResultCacheHookBuilder resetNames(String... names) {
        resetNames = new ArrayList<>();
        for (String name : names) {
            resetNames.add(name.toLowerCase(Locale.ROOT));
        }
        return this;
    }

    /**
     * Who may reset the cache.
     *
     * @param trusted everybody if not set; others get 42501
     * @return this
     */
    public ResultCacheHookBuilder mayReset(Predicate<Session> trusted) {
        mayReset = Objects.requireNonNull(trusted, "trusted");
        return this;
    }

    /**
     * Makes the hook.
     *
     * @return a cache without results
     * @throws IllegalStateException if no database was named
     */
    public ResultCacheHook build() {
        databases();
        return new ResultCacheHook(this);
    }

    ReadAnalysis readAnalysis() {
        return new ReadAnalysis(
                new ReadRules(new TableRules(allowed, denied), declarations(), foreignTables, systemCatalogs));
    }

    Declarations declarations() {
        return new Declarations(declaredFunctions, declaredTriggers);
    }

    /** A name with its schema; what is behind the last dot is the name. */
    private static QualifiedName qualified(String name) {
        int dot = name.lastIndexOf('.');
        if (dot < 1 || dot == name.length() - 1) {
            throw new IllegalArgumentException("a name needs its schema: " + name);
        }
        return new QualifiedName(name.substring(0, dot), name.substring(dot + 1));
    }

    private static Set<QualifiedName> qualified(String... names) {
        Set<QualifiedName> all = new HashSet<>();
        for (String name : names) {
            all.add(qualified(name));
        }
        return Set.copyOf(all);
    }

    Function<Session, @Nullable CachedDatabase> databases() {
        Function<Session, @Nullable CachedDatabase> named = databases;
        if (named == null) {
            throw new IllegalStateException("name the database whose results are cached");
        }
        return named;
    }

    private static Duration positive(Duration duration, String name) {
        if (duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive");
        }
        return notNegative(duration, name);
    }

    private static Duration notNegative(Duration duration, String name) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be between zero and a year");
        }
        return duration;
    }

    private static long positive(long number, String name) {
        if (number < 1) {
            throw new IllegalArgumentException(name + " must be positive, not " + number);
        }
        return number;
    }
}
