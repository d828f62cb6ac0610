package io.pgproxy.core.pool.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * One connection by one driver, used as people use that. Errors of the server are {@link Refused}; whatever else is
 * thrown is the end of the connection. For one thread, {@link #abort} apart.
 */
interface Client extends AutoCloseable {
    /** Asks a query, with values as text; {@code $1}, … are texts, in order, each once. */
    List<List<String>> ask(String sql, String... parameters) throws Exception;

    void begin() throws Exception;

    void commit() throws Exception;

    void rollback() throws Exception;

    /** Whether an error within a transaction is the end of it, for all that the driver does about it. */
    default boolean errorsEndTransactions() {
        return true;
    }

    /** Asks several at once where the driver can, else one by one; outside a transaction. */
    default List<Outcome> askTogether(List<Query> queries) throws Exception {
        List<Outcome> all = new ArrayList<>();
        for (Query query : queries) {
            all.add(Outcome.of(() -> ask(query.sql(), query.parameters().toArray(String[]::new))));
        }
        return all;
    }

    /** Runs one statement with each of several lists of parameters, as one batch if the driver has such. */
    void askForEach(String sql, List<List<String>> parameters) throws Exception;

    /** Asks a query whose rows are fetched in portions; within a transaction. */
    List<List<String>> askInPortions(int size, String sql, String... parameters) throws Exception;

    default boolean copiesIn() {
        return true;
    }

    default boolean copiesOut() {
        return true;
    }

    /** Runs a {@code copy … from stdin}. */
    default void copyIn(String sql, String lines) throws Exception {
        throw new UnsupportedOperationException("the driver has no COPY");
    }

    /** Runs a {@code copy … to stdout}. */
    default String copyOut(String sql) throws Exception {
        throw new UnsupportedOperationException("the driver has no COPY");
    }

    /** Ends the connection at once, from any thread, whatever it is doing. */
    void abort() throws Exception;

    @Override
    void close() throws Exception;
}
