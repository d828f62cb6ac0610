package io.pgproxy.sql;

import org.jspecify.annotations.Nullable;

/**
 * The name of a relation as the server understands it: folded, unquoted, cut to 63 bytes.
 *
 * @param schema the schema it was written with, or null
 * @param name the name
 */
public record QualifiedName(@Nullable String schema, String name) {}
