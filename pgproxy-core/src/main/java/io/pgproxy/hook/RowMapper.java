package io.pgproxy.hook;

/**
 * Changes rows. Called on the session's event loop for each row. What it throws ends the result and cancels the
 * upstream: a {@link io.pgproxy.protocol.server.PgErrorException} with its error, anything else with 58000.
 */
@FunctionalInterface
public interface RowMapper {
    /**
     * Changes a row, or drops it.
     *
     * @param row valid within this call only
     */
    void map(Row row);
}
