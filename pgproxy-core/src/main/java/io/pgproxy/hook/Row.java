package io.pgproxy.hook;

import org.jspecify.annotations.Nullable;

/** A row on its way to the client. Only what is asked for is decoded. */
public interface Row {
    /** {@return how many columns it has} */
    int size();

    /**
     * A value in text form, whatever format the client asked for.
     *
     * @param column from 0
     * @return the text as set by a mapper before, or as the server printed it; null for SQL's null
     * @throws io.pgproxy.protocol.server.PgErrorException (0A000) if the value is binary and of a type that cannot be
     *     read here; let it escape
     */
    @Nullable
    String text(int column);

    /**
     * Replaces a value.
     *
     * @param column from 0
     * @param text a value of the column's type in text form, null for SQL's null; in a column that the client wants
     *     binary it is converted, and fails the result (22P02, 0A000) if it cannot be
     */
    void set(int column, @Nullable String text);

    /** The client does not get this row; the command tag still counts it. */
    void drop();
}
