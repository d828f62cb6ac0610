package io.pgproxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where lines go. */
interface LineTarget {
    /**
     * Gets ready for a write.
     *
     * @return whether it begins anew: a line that was half written has to be written again
     * @throws IOException if it cannot be written to now
     */
    boolean prepare() throws IOException;

    /**
     * Writes.
     *
     * @param bytes whose position says afterwards how far it came
     * @throws IOException if it did not come to the end
     */
    void write(ByteBuffer bytes) throws IOException;

    void close() throws IOException;
}
