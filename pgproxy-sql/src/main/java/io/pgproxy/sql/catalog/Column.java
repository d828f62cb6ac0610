package io.pgproxy.sql.catalog;

/**
 * A column of a relation.
 *
 * @param name its name
 * @param number its {@code attnum}, from 1; dropped columns leave gaps
 * @param type its type with modifiers as the server writes it, such as {@code numeric(10,2)}; with a schema unless it
 *     is built in
 * @param typeOid the OID of the type
 * @param notNull whether it is declared NOT NULL
 * @param generated whether it is computed from others
 */
public record Column(String name, int number, String type, long typeOid, boolean notNull, boolean generated) {}
