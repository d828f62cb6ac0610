package io.pgproxy.cache;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.CacheHook;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Serves results of reads again, as long as nothing that they were read from has been written to through the proxy, and
 * no longer than a time. For any thread; one instance serves all sessions of a server, and may serve several servers.
 *
 * <p>A result is kept under everything that it depends on (the session's user, role, database, settings and start-up
 * packet, the text, parameters, types and formats, the settings that other hooks put for it, and what the host
 * {@linkplain ResultCacheHookBuilder#scope declares}), and the whole of it is compared. It is kept only if the
 * catalogue tells what it was read from and that nothing it calls gives another value at another time.
 *
 * <p>It is served outside of transaction blocks, and in a READ COMMITTED block that has written nothing. From the
 * moment at which a COMMIT, or a write that commits by itself, is sent, until that is over, results of its tables are
 * neither served nor kept; those made before are never served again. A write whose tables are not known drops the
 * database's results. What is written past the proxy is seen when the time of a result is over.
 *
 * <p>It never blocks. Register it behind hooks that change start-up packets, and in front of those that refuse what
 * they do not know, such as a read-only hook: {@code SELECT pgproxy_cache_reset()} is answered by it.
 */
public final class ResultCacheHook implements SessionHook, AnswerHook, AdmitHook, CacheHook, ObserveHook {
    private static final Attribute<Startup> BEGUN = Attribute.named("cache: start-up packet");
    private static final Attribute<Optional<CachedSession>> STATE = Attribute.named("cache: session");

    private final Function<Session, @Nullable CachedDatabase> databases;
    private final Function<Session, Object> scope;
    private final boolean acrossUsers;
    private final Duration lostInCommit;
    private final Set<String> resetNames;
    private final Predicate<Session> mayReset;
    private final Writes writes;
    private final Lookup lookup;
    private final ResultStore store;
    private final CacheCounts counts = new CacheCounts();
    private final Set<CachedDatabase> known = ConcurrentHashMap.newKeySet();

    ResultCacheHook(ResultCacheHookBuilder builder) {
        databases = builder.databases();
        scope = builder.scope;
        acrossUsers = builder.acrossUsers;
        lostInCommit = builder.lostInCommit;
        resetNames = Set.copyOf(builder.resetNames);
        mayReset = builder.mayReset;
        writes = new Writes(new WriteAnalysis(builder.declarations()), builder.upstreamIsReadOnly);
        store = new ResultStore(builder.maxEntries, builder.maxBytes);
        lookup = new Lookup(builder, store, counts);
    }

    /**
     * A cache with the defaults, which can be changed.
     *
     * @return a builder; the database has to be named
     */
    public static ResultCacheHookBuilder builder() {
        return new ResultCacheHookBuilder();
    }

    /**
     * Notes what the session is begun with.
     *
     * @param session the session
     * @param startup what the upstream is asked for
     * @return nothing to say
     */
    @Override
    public Verdict<Startup> connected(Session session, Startup startup) {
        session.set(BEGUN, startup);
        return Verdict.proceed();
    }

    /**
     * Finds out whose results the session may see.
     *
     * @param session the session
     * @return nothing to say
     */
    @Override
    public Verdict<Terms> authenticated(Session session) {
        state(session);
        return Verdict.proceed();
    }

    /**
     * Takes note that a setting has changed.
     *
     * @param session the session
     * @param setting its name
     * @param value its value
     * @return nothing to say
     */
    @Override
    public Verdict<Void> reported(Session session, String setting, String value) {
        Optional<CachedSession> state = session.get(STATE);
        if (state != null && state.isPresent()) {
            state.get().changed();
            if (ParsedUnder.counts(setting.toLowerCase(Locale.ROOT))) {
                state.get().settings().parsedUnder().change();
            }
        }
        return Verdict.proceed();
    }

    /**
     * Answers {@code SELECT pgproxy_cache_reset()}, and notes under which settings other statements are parsed.
     *
     * @param statement the statement
     * @return one row, the number of results dropped; a rejection is 42501 for whoever may not
     */
    @Override
    public Verdict<Answer> answer(Statement statement) {
        for (String name : resetNames) {
            if (statement.facts().isCallOf(name)) {
                if (!mayReset.test(statement.session())) {
                    return Verdict.reject("42501", "permission denied for function " + name);
                }
                List<Column> columns = List.of(Column.int8(name));
                return Verdict.of(new Answer(
                        columns, execution -> Verdict.of(Reply.of(columns).row(invalidateAll()))));
            }
        }
        CachedSession state = state(statement.session());
        if (state != null) {
            state.parses(statement);
        }
        return Verdict.proceed();
    }

    /**
     * Notes what is about to be written. Refuses nothing.
     *
     * @param execution what is to run
     * @return no terms
     */
    @Override
    public Verdict<Terms> admit(Execution execution) {
        CachedSession state = state(execution.session());
        return state == null ? Verdict.proceed() : writes.note(execution, state);
    }

    /**
     * Serves a result, or has it recorded.
     *
     * @param execution what is to run
     * @return nothing to say about what may not be cached
     */
    @Override
    public Verdict<CacheUse> lookup(Execution execution) {
        CachedSession state = state(execution.session());
        return state == null ? Verdict.proceed() : lookup.of(execution, state);
    }

    /**
     * Takes note that a write, or a change of settings, has run.
     *
     * @param execution what has ended
     * @param outcome how
     */
    @Override
    public void completed(Execution execution, Outcome outcome) {
        CachedSession state = state(execution.session());
        if (state != null) {
            if (state.settings().isWaiting()) {
                state.settings().completed(execution, outcome.status());
            }
            state.writes().completed(execution, outcome.status());
        }
    }

    /**
     * Lets go of what was written in the transaction.
     *
     * @param session the session
     * @param ending how it ended
     */
    @Override
    public void transactionEnded(Session session, Ending ending) {
        CachedSession state = state(session);
        if (state != null) {
            if (state.settings().ended(ending)) {
                state.changed();
            }
            state.writes().ended(ending);
        }
    }

    /**
     * Lets go of the session.
     *
     * @param session the session
     */
    @Override
    public void closed(Session session) {
        Optional<CachedSession> state = session.get(STATE);
        if (state != null && state.isPresent()) {
            state.get().writes().closed();
        }
    }

    private @Nullable CachedSession state(Session session) {
        Optional<CachedSession> state = session.get(STATE);
        if (state == null) {
            CachedDatabase database = databases.apply(session);
            if (database != null) {
                known.add(database);
            }
            state = Optional.ofNullable(database)
                    .map(in -> new CachedSession(session, in, declared(session), session.get(BEGUN), lostInCommit));
            session.set(STATE, state);
        }
        return state.orElse(null);
    }

    /** What is declared, and by default whom the client says to be. */
    private Object declared(Session session) {
        return List.of(acrossUsers ? "" : session.user(), scope.apply(session));
    }

    /**
     * Drops what was read from a table, and from views and parents of it.
     *
     * @param schema its schema, as the catalogue has it
     * @param table its name, as the catalogue has it; where a database does not know it, all its results are dropped
     */
    public void invalidate(String schema, String table) {
        for (CachedDatabase database : known) {
            Invalidation.of(database, schema, table);
        }
        store.sweep();
    }

    /**
     * Drops everything, and does not keep what is being recorded.
     *
     * @return how many results were dropped
     */
    public long invalidateAll() {
        known.forEach(database -> database.versions().everything().changed());
        counts.resets.increment();
        return store.clear();
    }

    /** {@return what the cache has done so far, and what it holds} */
    public CacheStatistics statistics() {
        return counts.now(store.entries(), store.bytes());
    }

    /** {@return how much it holds} */
    @Override
    public String toString() {
        return "ResultCacheHook[" + store.entries() + " results]";
    }
}
