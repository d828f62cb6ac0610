package io.pgproxy.testkit.hook.documents;

import io.pgproxy.hook.CacheHook;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Recording;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the results of a few known queries, by their normalised texts, until the host says that they are old. */
public final class ResultCache implements CacheHook {
    private record Key(
            String user,
            String database,
            String sql,
            List<Parameter> parameters,
            List<Format> formats,
            List<String> settings) {}

    private static final List<String> SETTINGS = List.of("TimeZone", "DateStyle", "IntervalStyle", "client_encoding");

    private final Set<String> queries;
    private volatile Map<Key, Recording> kept = new ConcurrentHashMap<>();

    public ResultCache(Set<String> queries) {
        this.queries = Set.copyOf(queries);
    }

    @Override
    public Verdict<CacheUse> lookup(Execution execution) {
        if (execution.afterWrite()
                || execution.transaction() != TransactionStatus.IDLE
                || !queries.contains(execution.statement().normalized())) {
            return Verdict.proceed();
        }
        Session session = execution.session();
        Key key = new Key(
                session.user(),
                session.database(),
                execution.statement().sql(),
                execution.parameters(),
                execution.resultFormats(),
                SETTINGS.stream().map(session::setting).toList());
        Map<Key, Recording> now = kept; // what was asked for before clear() goes into the old map
        Recording recording = now.get(key);
        return Verdict.of(
                recording != null
                        ? new CacheUse.Serve(recording)
                        : new CacheUse.Keep(result -> now.put(key, result), 1_000_000));
    }

    public void clear() {
        kept = new ConcurrentHashMap<>();
    }
}
