package io.pgproxy.sql.catalog;

/**
 * A cast that is not built in and runs a function.
 *
 * @param source the type that is cast, as the server writes it
 * @param target the type it is cast to
 * @param implicit whether it is applied where no cast is written; else only in assignments, or where it is written
 * @param routine the function
 */
public record Cast(String source, String target, boolean implicit, Routine routine) {}
