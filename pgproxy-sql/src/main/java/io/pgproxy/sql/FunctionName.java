package io.pgproxy.sql;

import org.jspecify.annotations.Nullable;

/**
 * The name of something that is called, as the server understands it: folded, unquoted, cut to 63 bytes.
 *
 * @param schema the schema it was written with, or null
 * @param name the name
 * @param keyword whether it is a form of PostgreSQL's own grammar in all of 14 to 18 ({@code COALESCE(…)},
 *     {@code CURRENT_USER}, {@code EXTRACT(… FROM …)}), which no function of a user can shadow
 */
public record FunctionName(@Nullable String schema, String name, boolean keyword) {}
