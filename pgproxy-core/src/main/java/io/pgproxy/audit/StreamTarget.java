package io.pgproxy.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A stream. Of a write that failed it does not say how far it came, so all of it is written again. */
final class StreamTarget implements LineTarget {
    private final OutputStream stream;

    StreamTarget(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public boolean prepare() {
        return false;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        stream.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        stream.flush();
        bytes.position(bytes.limit());
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
