package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import java.util.List;

/**
 * Stage 8: changes rows on their way to the client. Transforms compose in order, and apply to cached and own replies
 * too. Fails closed: a row that cannot be mapped ends the result with an error.
 */
@FunctionalInterface
public non-sealed interface TransformHook extends QueryHook {
    /**
     * Asked when the columns of a statement are first known.
     *
     * @param statement the statement
     * @param columns its columns, as the transforms before this one leave them
     * @return {@link RowTransform#NONE} to leave its rows undecoded
     * @throws io.pgproxy.protocol.server.PgErrorException to end the result with an error of the hook's own; whatever
     *     else is thrown ends it with 58000
     */
    RowTransform transform(Statement statement, List<Column> columns);

    /**
     * Whether COPY TO STDOUT may pass although its rows cannot be transformed.
     *
     * @return false: it is refused with 0A000
     */
    default boolean allowsCopyOut() {
        return false;
    }
}
