package io.pgproxy.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A target with so much room as a test leaves. */
final class FullDisk implements LineTarget {
    private ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int room = Integer.MAX_VALUE;
    private boolean exchanged;

    void leave(int bytes) {
        room = bytes;
    }

    /** Another, empty one takes its place. */
    void exchange() {
        content = new ByteArrayOutputStream();
        room = Integer.MAX_VALUE;
        exchanged = true;
    }

    String content() {
        return content.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean prepare() {
        boolean anew = exchanged;
        exchanged = false;
        return anew;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (room == 0) {
                throw new IOException("no space left");
            }
            content.write(bytes.get());
            room--;
        }
    }

    @Override
    public void close() {}
}
