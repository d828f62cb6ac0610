package io.pgproxy.protocol.server;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Parameter;
import java.util.List;
import java.util.function.Function;

/**
 * A statement that an engine has understood. It may be executed any number of times, also by several portals at once.
 */
public interface PreparedQuery {
    /**
     * The types of all parameters.
     *
     * @return their OIDs (unsigned); the same at each call
     */
    List<Integer> parameterTypes();

    /**
     * The columns of the rows.
     *
     * @return the columns in any format, or none for a statement that gives no rows; the same at each call
     */
    List<Column> columns();

    /**
     * Runs the statement.
     *
     * @param parameters as many as {@link #parameterTypes} tells, in the formats that the client chose
     * @return the rows, or what was done
     * @throws PgErrorException to refuse the execution
     */
    QueryResult execute(List<Parameter> parameters);

    /**
     * A statement without parameters.
     *
     * @param columns the columns, none for a statement that gives no rows
     * @param execute gives the result of one execution
     * @return the statement
     */
    static PreparedQuery of(List<Column> columns, Function<List<Parameter>, QueryResult> execute) {
        return of(List.of(), columns, execute);
    }

    /**
     * A statement with parameters.
     *
     * @param parameterTypes the OIDs of the parameters' types
     * @param columns the columns, none for a statement that gives no rows
     * @param execute gives the result of one execution
     * @return the statement
     */
    static PreparedQuery of(
            List<Integer> parameterTypes, List<Column> columns, Function<List<Parameter>, QueryResult> execute) {
        return new GivenQuery(List.copyOf(parameterTypes), List.copyOf(columns), execute);
    }
}
