package io.pgproxy.core.internal.hook;

import org.jspecify.annotations.Nullable;

/**
 * A name of a prepared statement.
 *
 * @param name not the empty one
 * @param statement what it stands for; null if for nothing
 */
record NamedStatement(String name, @Nullable SqlStatement statement) {}
