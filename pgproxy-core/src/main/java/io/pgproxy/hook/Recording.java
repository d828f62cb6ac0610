package io.pgproxy.hook;

import io.pgproxy.protocol.Column;
import java.util.List;

/**
 * A result as the upstream sent it, before any transform: made by the core alone. Immutable, on the heap; it belongs to
 * the result formats it was recorded with.
 */
public interface Recording {
    /** {@return the columns, in the formats they were recorded with} */
    List<Column> columns();

    /** {@return how many rows it has} */
    long rows();

    /** {@return how many bytes it takes} */
    long bytes();
}
