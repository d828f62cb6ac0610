package io.pgproxy.cache;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Recording;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.protocol.Column;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keys and results of no server. */
final class Samples {
    private static final CachedDatabase DATABASE = CachedDatabase.of(io.pgproxy.sql.catalog.Catalog::offline, () -> {});

    private Samples() {}

    /** A key that differs by its text, of sessions that differ by what they have set. */
    static ResultKey key(String sql, Map<String, List<String>> made) {
        Statement statement = answering(Statement.class, Map.of("sql", sql, "parameterTypes", List.of()));
        Execution execution = answering(
                Execution.class,
                Map.of(
                        "statement",
                        statement,
                        "parameters",
                        List.of(),
                        "resultFormats",
                        List.of(),
                        "terms",
                        Terms.NONE));
        return ResultKey.of(Scopes.shared(new Scope(DATABASE, "", List.of(), List.of(), made, false)), execution);
    }

    /** A result of so many bytes that was read from table 1. */
    static CachedResult result(long bytes, DatabaseVersions versions) {
        Stamps stamps = Stamps.of(versions, Set.of(1L), versions.everything().now());
        return new CachedResult(
                new Sample(bytes),
                stamps,
                false,
                answering(Session.class, Map.of()),
                Duration.ofMinutes(1).toNanos(),
                0);
    }

    private record Sample(long bytes) implements Recording {
        @Override
        public List<Column> columns() {
            return List.of();
        }

        @Override
        public long rows() {
            return 1;
        }
    }

    private static <T> T answering(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, with) -> {
            Object answer = answers.get(method.getName());
            if (answer == null) {
                throw new UnsupportedOperationException(method.getName());
            }
            return answer;
        }));
    }
}
