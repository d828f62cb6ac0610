package io.pgproxy.readonly;

import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What reads a foreign table: these tables, their views, and the tables whose partitions or children they are. READ
 * ONLY does not reach the servers behind them, and what is a table here may be a view there that writes.
 *
 * <p>Their names are asked of the upstream when a session logs in and they were not asked for a minute. Where the proxy
 * does not log in by itself nobody can ask, and they pass.
 */
final class ForeignTables {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyHook.class);
    private static final Duration LIFETIME = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String NAMES = """
            WITH RECURSIVE reached AS (
                SELECT oid FROM pg_catalog.pg_class WHERE relkind = 'f'
                UNION
                SELECT above.oid FROM reached, LATERAL (
                    SELECT inhparent AS oid FROM pg_catalog.pg_inherits WHERE inhrelid = reached.oid
                    UNION ALL
                    SELECT rule.ev_class FROM pg_catalog.pg_depend AS uses
                        JOIN pg_catalog.pg_rewrite AS rule ON rule.oid = uses.objid
                        JOIN pg_catalog.pg_class AS view ON view.oid = rule.ev_class AND view.relkind = 'v'
                        WHERE uses.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                            AND uses.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                            AND uses.refobjid = reached.oid) AS above)
            SELECT DISTINCT relname FROM pg_catalog.pg_class JOIN reached USING (oid)""";

    private final Map<String, Known> databases = new ConcurrentHashMap<>();
    private final Set<String> warned = ConcurrentHashMap.newKeySet();
    private final LongSupplier clock;

    /** With a clock in nanoseconds. */
    ForeignTables(LongSupplier clock) {
        this.clock = clock;
    }

    /** Learns the names of the session's database, unless they are known. */
    Verdict<Terms> learn(Session session) {
        Known known = databases.get(session.database());
        if (known != null && clock.getAsLong() - known.asked < LIFETIME.toNanos()) {
            return Verdict.proceed();
        }
        return Verdict.defer(
                session.query(NAMES, List.of()).handle((rows, failure) -> {
                    learnt(session.database(), rows, failure);
                    return Verdict.proceed();
                }),
                PATIENCE);
    }

    private void learnt(String database, @Nullable QueryRows rows, @Nullable Throwable failure) {
        if (rows != null) {
            Set<String> names = rows.rows().stream().map(row -> row.get(0)).collect(Collectors.toUnmodifiableSet());
            databases.put(database, new Known(new RelationRules(names, ForeignTables::refused), clock.getAsLong()));
        } else if (warned.add(database)) {
            LOG.warn(
                    "nobody can tell which tables of {} are foreign, so that they pass: {}",
                    database,
                    failure == null ? "no answer" : failure.getMessage());
        }
    }

    /** Why a text is refused for a name in it, or null. */
    @Nullable
    Refusal refusal(Session session, String sql) {
        Known known = databases.get(session.database());
        return known == null ? null : known.rules.refusal(sql);
    }

    private static Refusal refused(String name) {
        return new Refusal(name + " reads a foreign table, whose server READ ONLY does not reach", Hints.FOREIGN);
    }

    private record Known(RelationRules rules, long asked) {}
}
