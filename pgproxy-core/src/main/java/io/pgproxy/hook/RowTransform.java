package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import java.util.List;

/** How the rows of a statement change. Pinned to the statement: Describe shows its columns. */
@FunctionalInterface
public interface RowTransform {
    /** Rows stay as they are, undecoded. */
    RowTransform NONE = execution -> row -> {};

    /**
     * An execution begins.
     *
     * @param execution what runs
     * @return maps its rows, one after the other
     */
    RowMapper open(Execution execution);

    /**
     * The columns that the client is shown. Their number stays: a value can be replaced, and a column renamed.
     *
     * @param in the columns without this transform
     * @return as many columns, with the same types and formats
     */
    default List<Column> columns(List<Column> in) {
        return in;
    }

    /**
     * A transform that has no state.
     *
     * @param mapper maps each row
     * @return the transform
     */
    static RowTransform each(RowMapper mapper) {
        return execution -> mapper;
    }
}
