package io.pgproxy.cache;

import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Recording;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds results, and decides which are to be kept. For any thread. */
final class Lookup {
    private static final Verdict<CacheUse> PASS = Verdict.proceed();
    private static final Duration TO_PARSE = Duration.ofSeconds(5);

    private final ReadAnalysis analysis;
    private final Predicate<Session> hints;
    private final long age;
    private final long grace;
    private final long maxResult;
    private final long settledFor;
    private final ResultStore store;
    private final CacheCounts counts;
    private final Flights flights;
    private final Duration patience;
    private final Recurrence recurrence = new Recurrence();

    Lookup(ResultCacheHookBuilder builder, ResultStore store, CacheCounts counts) {
        this.analysis = builder.readAnalysis();
        this.hints = builder.hints;
        this.age = builder.timeToLive.toNanos();
        this.grace = builder.staleWhileRevalidate.toNanos();
        this.maxResult = builder.maxResultBytes;
        this.settledFor = builder.settleAfterWrites.toNanos();
        this.flights = new Flights(builder.waitForOthers);
        this.patience = builder.waitForOthers.plus(TO_PARSE);
        this.store = store;
        this.counts = counts;
    }

    /** What is being looked for, and for whom. */
    private record Search(
            Execution execution,
            CachedSession session,
            ResultKey key,
            long age,
            @Nullable CachedResult renews) {}

    /** What to do about an execution. */
    Verdict<CacheUse> of(Execution execution, CachedSession session) {
        if (!isRead(execution.statement().facts())) {
            return PASS;
        }
        long mayLast = age(execution);
        if (mayLast == 0 || !isServable(execution, session)) {
            counts.uncacheable.increment();
            return PASS;
        }
        ResultKey key = ResultKey.of(session.scope(), execution);
        CachedResult found = store.find(key);
        CachedResult renews = null;
        if (found != null) {
            if (found.holdsFor(execution.session())) {
                long now = System.nanoTime();
                if (found.isFresh(now)) {
                    counts.hits.increment();
                    recurrence.hit();
                    return Verdict.of(new CacheUse.Serve(found.recording()));
                }
                if (found.isUsable(now)) {
                    if (!found.takeRenewal()) {
                        counts.stale.increment();
                        return Verdict.of(new CacheUse.Serve(found.recording()));
                    }
                    renews = found;
                }
            } else if (!found.isCurrent()) {
                counts.overtaken.increment();
                store.remove(key, found);
            }
        }
        return missed(new Search(execution, session, key, mayLast, renews));
    }

    private static boolean isRead(Facts facts) {
        return facts.family() == StatementFamily.READ
                && facts.readsOnly()
                && facts.effects().isEmpty()
                && facts.inner() == null;
    }

    private long age(Execution execution) {
        if (hints.test(execution.session())) {
            CacheHint hint = CacheHint.in(execution.statement().leadingComments());
            if (hint != null) {
                return hint.age().orElse(0);
            }
        }
        return age;
    }

    /** Whether it would see what is committed now, and nothing else, under settings that are known. */
    private static boolean isServable(Execution execution, CachedSession session) {
        if (execution.afterWrite()
                || !session.settings().areKnown()
                || !session.hasConstantsOfNow(execution.statement())) {
            return false;
        }
        return switch (execution.transaction()) {
            case IDLE -> seesCommitted(execution, session);
            case IN_TRANSACTION -> session.block().isReadCommitted();
            case FAILED -> false;
        };
    }

    private Verdict<CacheUse> missed(Search search) {
        counts.misses.increment();
        if (search.renews == null && !recurrence.isWorthKeeping(search.key.hashCode())) {
            return PASS;
        }
        // Whoever is in a block may hold locks, or a connection, that the other needs.
        CompletableFuture<@Nullable CachedResult> other =
                search.execution.transaction() == TransactionStatus.IDLE ? flights.follow(search.key) : null;
        return other == null ? record(search) : follow(search, other);
    }

    private Verdict<CacheUse> follow(Search search, CompletableFuture<@Nullable CachedResult> other) {
        return Verdict.defer(
                other.thenComposeAsync(
                        result -> {
                            if (result == null) {
                                return stage(record(search));
                            }
                            counts.shared.increment();
                            return CompletableFuture.completedFuture(
                                    Verdict.of(new CacheUse.Serve(result.recording())));
                        },
                        search.execution.session().executor()),
                patience);
    }

    private static CompletableFuture<Verdict<CacheUse>> stage(Verdict<CacheUse> verdict) {
        return verdict instanceof Verdict.Deferred<CacheUse> later
                ? later.stage().toCompletableFuture()
                : CompletableFuture.completedFuture(verdict);
    }

    private Verdict<CacheUse> record(Search search) {
        Statement statement = search.execution.statement();
        long everything = search.session.database().versions().everything().now();
        Catalog catalog = search.session.database().catalog();
        SearchPath path = search.session.path(search.execution.terms().settings());
        boolean plainStrings = !search.execution
                .session()
                .setting("standard_conforming_strings")
                .equals("off");
        if (catalog == null || path == null || !plainStrings || hasTimeWords(search)) {
            return uncacheable(search);
        }
        Readings readings = search.session.database().readings(catalog);
        Reading known = readings.find(statement, path);
        if (known != null) {
            return record(search, known, everything);
        }
        CompletableFuture<SqlTree> tree = statement.tree().toCompletableFuture();
        if (tree.isDone() && !tree.isCompletedExceptionally()) {
            return record(search, read(search, readings, path, tree.join()), everything);
        }
        return Verdict.defer(tree.exceptionally(failure -> new UnknownTree(UnknownTree.Reason.NO_QUERY, 0))
                .thenApplyAsync(
                        parsed -> record(search, read(search, readings, path, parsed), everything),
                        search.execution.session().executor()));
    }

    private Reading read(Search search, Readings readings, SearchPath path, SqlTree tree) {
        Statement statement = search.execution.statement();
        Reading reading = analysis.of(statement.facts(), tree, statement.sql(), readings.catalog(), path);
        readings.keep(statement, path, reading);
        return reading;
    }

    /** A parameter such as 'now' is another time whenever it is read. */
    private static boolean hasTimeWords(Search search) {
        for (Parameter parameter : search.key.parameters()) {
            if (parameter.value() != null && TimeWords.in(parameter.value().toByteArray())) {
                return true;
            }
        }
        return false;
    }

    private Verdict<CacheUse> uncacheable(Search search) {
        counts.uncacheable.increment();
        if (search.renews != null) {
            search.renews.giveRenewalBack();
        }
        return PASS;
    }

    private Verdict<CacheUse> record(Search search, Reading reading, long everything) {
        if (!(reading instanceof Reading.Cacheable cacheable)) {
            return uncacheable(search);
        }
        Stamps stamps = Stamps.of(search.session.database().versions(), cacheable.tables(), everything);
        if (!stamps.areQuiet(settledFor)) {
            return uncacheable(search);
        }
        Flights.@Nullable Flight flight = cacheable.readsSettings() ? null : flights.begin(search.key);
        return Verdict.of(new CacheUse.Keep(new Copying(search, stamps, cacheable.readsSettings(), flight), maxResult));
    }

    /** In one batch a transaction of another isolation level sees what was committed before its first statement. */
    private static boolean seesCommitted(Execution execution, CachedSession session) {
        return session.isReadCommittedByDefault()
                || execution.exchange().executions().get(0) == execution;
    }

    /** Keeps what the server answers. */
    private final class Copying implements io.pgproxy.hook.Recorder {
        private final Search search;
        private final Session session;
        private final Stamps stamps;
        private final boolean readsSettings;
        private final Flights.@Nullable Flight flight;

        Copying(Search search, Stamps stamps, boolean readsSettings, Flights.@Nullable Flight flight) {
            this.search = search;
            this.session = search.execution.session();
            this.stamps = stamps;
            this.readsSettings = readsSettings;
            this.flight = flight;
        }

        @Override
        public void recorded(Recording recording) {
            if (!stamps.hold()) {
                counts.overtaken.increment();
                over(null);
                return;
            }
            counts.stored.increment();
            CachedResult result = new CachedResult(recording, stamps, readsSettings, session, search.age, grace);
            store.keep(search.key, result);
            over(result);
        }

        @Override
        public void abandoned() {
            counts.abandoned.increment();
            over(null);
        }

        private void over(@Nullable CachedResult result) {
            if (search.renews != null) {
                search.renews.giveRenewalBack(); // if it was kept, nobody finds the old one any more
            }
            if (flight != null) {
                flights.end(search.key, flight, result);
            }
        }
    }
}
