package io.pgproxy.core.pool.workload;

import java.util.List;

/**
 * One statement.
 *
 * @param sql with {@code $1}, {@code $2}, … in this order, each once, and each of them a text
 * @param parameters as many; none of them null
 */
record Query(String sql, List<String> parameters) {
    static Query of(String sql, String... parameters) {
        return new Query(sql, List.of(parameters));
    }
}
