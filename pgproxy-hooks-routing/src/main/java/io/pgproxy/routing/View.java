package io.pgproxy.routing;

import org.jspecify.annotations.Nullable;

/**
 * Who is what: made anew when that changes, and not when a node has moved on.
 *
 * @param writer who takes writes; null if nobody is known to
 * @param readers who may be read, not to be changed
 * @param samples of the writer, or of the last one
 */
@SuppressWarnings("ArrayRecordComponent") // read by index on event loops, and never compared
record View(@Nullable Watched writer, Watched[] readers, WriterSamples samples) {
    boolean isLike(@Nullable Watched otherWriter, Watched[] otherReaders, WriterSamples otherSamples) {
        if (writer != otherWriter || samples != otherSamples || readers.length != otherReaders.length) {
            return false;
        }
        for (int i = 0; i < readers.length; i++) {
            if (readers[i] != otherReaders[i]) {
                return false;
            }
        }
        return true;
    }

    @Nullable
    Watched reader(String name) {
        for (Watched reader : readers) {
            if (reader.name().equals(name)) {
                return reader;
            }
        }
        return null;
    }
}
