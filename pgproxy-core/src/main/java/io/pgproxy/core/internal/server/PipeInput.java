package io.pgproxy.core.internal.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What a client in this process reads: waits for bytes as a socket's stream does. Thread-safe. */
final class PipeInput extends InputStream {
    private final MemoryChannel channel;
    private final MemoryPipe pipe;
    private final BooleanSupplier ready = this::isReady;
    private volatile int timeoutMillis;
    private volatile boolean shut;
    private volatile boolean closed;
    private volatile boolean atEnd;

    PipeInput(MemoryChannel channel) {
        this.channel = channel;
        this.pipe = channel.toClient();
    }

    /** How long a read waits; 0 for ever. */
    void timeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        pipe.taking().lock();
        try {
            boolean inTime = channel.reader().await(ready, TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            if (closed) {
                throw new SocketException("Socket closed");
            }
            int count = shut ? 0 : pipe.read(into, offset, length);
            if (count > 0) {
                channel.taken();
                return count;
            }
            if (!inTime) {
                throw new SocketTimeoutException("Read timed out");
            }
            atEnd = true;
            return -1;
        } finally {
            pipe.taking().unlock();
        }
    }

    private boolean isReady() {
        return !pipe.isEmpty() || pipe.isEnded() || shut || closed;
    }

    @Override
    public int available() throws IOException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        return shut ? 0 : pipe.readableBytes();
    }

    /** Whether a read has said that there is no more. */
    boolean isAtEnd() {
        return atEnd;
    }

    /** Reads see the end from now on, and what comes is dropped. */
    void shutdown() {
        shut = true;
        breakOff();
    }

    /** The socket is closed: reads fail, also the one that waits. */
    @Override
    public void close() {
        closed = true;
        breakOff();
    }

    private void breakOff() {
        channel.reader().wake();
        pipe.taking().lock(); // a read that has begun leaves at once
        try {
            pipe.breakOff();
        } finally {
            pipe.taking().unlock();
        }
    }
}
