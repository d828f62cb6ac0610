package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import java.util.List;
import java.util.function.Function;

/**
 * What a claimed statement is answered with. Its facts are those of a read of nothing.
 *
 * @param columns what Describe shows; none for a statement that gives no rows
 * @param reply called on the session's event loop at the execution's turn, once everything before it succeeded; not
 *     called in a failed transaction. If it throws, the client gets 58000
 */
public record Answer(List<Column> columns, Function<Execution, Verdict<Reply>> reply) {
    /**
     * Copies the columns.
     *
     * @param columns what Describe shows
     * @param reply gives the reply
     */
    public Answer {
        columns = List.copyOf(columns);
    }
}
