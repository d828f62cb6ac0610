package io.pgproxy.core.internal.limit;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;

/** Reads the SQL in messages, and remembers what it has read. Thread-safe. */
public final class SqlReader implements AutoCloseable {
    private static final int SMALL = 1 << 12;

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private final FastThreadLocal<byte[]> scratch = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[SMALL];
        }
    };

    /** A reader that remembers nothing yet. */
    public SqlReader() {}

    /** {@return what reads texts that are in no message} */
    public SqlAnalyzer analyzer() {
        return analyzer;
    }

    /**
     * Reads a text.
     *
     * @param message holds it
     * @param from the index of its first byte
     * @param length how many bytes it has
     * @param standardConformingStrings as the session's setting says
     * @return what is known of it
     */
    public SqlAnalysis analyze(ByteBuf message, int from, int length, boolean standardConformingStrings) {
        if (message.hasArray()) {
            int start = message.arrayOffset() + from;
            return analyzer.analyze(message.array(), start, start + length, standardConformingStrings);
        }
        byte[] bytes = copy(message, from, length);
        return analyzer.analyze(bytes, 0, length, standardConformingStrings);
    }

    /**
     * A text as an array, until this thread asks for the next one.
     *
     * @param message holds it
     * @param from the index of its first byte
     * @param length how many bytes it has
     * @return an array that begins with it, and may be longer
     */
    public byte[] copy(ByteBuf message, int from, int length) {
        byte[] bytes = length <= SMALL ? scratch.get() : new byte[length];
        message.getBytes(from, bytes, 0, length);
        return bytes;
    }

    @Override
    public void close() {
        analyzer.close();
    }
}
