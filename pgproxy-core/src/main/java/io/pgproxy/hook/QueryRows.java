package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the upstream answered to {@link Session#query}. Immutable.
 *
 * @param columns the columns; none for a statement that gives no rows
 * @param rows the rows, each with a value in text form for each column, null for SQL's null
 * @param tag the command tag
 */
public record QueryRows(List<Column> columns, List<List<@Nullable String>> rows, String tag) {
    /** {@return the number of rows; no value} */
    @Override
    public String toString() {
        return "QueryRows[" + rows.size() + "]";
    }
}
