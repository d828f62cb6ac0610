/**
 * What the server's catalogue knows and the text does not tell.
 *
 * <p>{@link io.pgproxy.sql.catalog.FunctionPolicy} says which calls a session that may only read may make, from the
 * {@linkplain io.pgproxy.sql.catalog.BuiltInFunctions built-in list} and, if there is one, from a
 * {@link io.pgproxy.sql.catalog.Catalog}: the relations, functions and types of one database in memory.
 * {@link io.pgproxy.sql.catalog.JdbcCatalog} reads it from a server; without one there is
 * {@link io.pgproxy.sql.catalog.Catalog#offline()}.
 */
@NullMarked
package io.pgproxy.sql.catalog;

import org.jspecify.annotations.NullMarked;
