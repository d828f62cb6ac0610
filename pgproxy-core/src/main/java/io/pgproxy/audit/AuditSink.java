package io.pgproxy.audit;

import java.io.IOException;
import java.util.List;

/**
 * Where records go. All calls come from one thread, that of the audit, one after the other; they may block.
 *
 * <p>An {@link IOException} means "not now": it is counted and logged with its message, which must hold no value of a
 * client's, and the same batch or flush is asked for again a second later. Meanwhile the audit fills up. Any other
 * exception or error means that the sink is broken: it is counted and logged by the name of its class, the batch is
 * lost, and the next one is given as usual.
 */
@FunctionalInterface
public interface AuditSink extends AutoCloseable {
    /**
     * Takes some records.
     *
     * @param records what waited, in order, at least one and at most some hundreds; not to be changed, may be kept
     * @throws IOException if none of them was taken
     */
    void write(List<AuditRecord> records) throws IOException;

    /**
     * Lets go of what was taken: called when nothing waits any more.
     *
     * @throws IOException if something is still held
     */
    default void flush() throws IOException {}

    /**
     * The last call. What was taken has been flushed, or could not be.
     *
     * @throws IOException is logged
     */
    @Override
    default void close() throws IOException {}
}
