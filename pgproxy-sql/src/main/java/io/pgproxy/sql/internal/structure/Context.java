package io.pgproxy.sql.internal.structure;

import org.jspecify.annotations.Nullable;

/**
 * Where an expression or a FROM stands.
 *
 * @param queries reads the queries in it
 * @param level the index of the query around it
 * @param scope the common tables that are visible there
 */
record Context(QueryReader queries, int level, @Nullable Scope scope) {}
