package io.pgproxy.core.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What a client in this process writes: waits for room as a socket's stream does. Thread-safe. */
final class PipeOutput extends OutputStream {
    private static final int LARGEST_BUFFER = 1 << 16;

    private final MemoryChannel channel;
    private final MemoryPipe pipe;
    private final PipeInput answers;
    private final ReentrantLock writing = new ReentrantLock();
    private final BooleanSupplier ready = this::isReady;
    private volatile boolean closed;

    PipeOutput(MemoryChannel channel, PipeInput answers) {
        this.channel = channel;
        this.pipe = channel.toServer();
        this.answers = answers;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        writing.lock();
        try {
            int written = 0;
            while (written < length && mayWrite()) {
                int part = Math.min(length - written, LARGEST_BUFFER);
                ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(part);
                pipe.put(buffer.writeBytes(from, offset + written, part));
                channel.sent();
                written += part;
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * Waits for room; false where nobody reads any more. Until the client has read all that was said to it, it is not
     * told so: as with a socket, whose first write behind the other end's close succeeds, it has to see the last words.
     */
    private boolean mayWrite() throws SocketException {
        channel.writer().await(ready, 0);
        if (closed) {
            throw new SocketException("Socket closed");
        }
        if (pipe.isEnded()) {
            throw new SocketException("Socket output is shutdown");
        }
        if (pipe.isBroken() && answers.isAtEnd()) {
            throw new SocketException("Broken pipe");
        }
        return !pipe.isBroken();
    }

    private boolean isReady() {
        return pipe.hasRoom() || pipe.isBroken() || pipe.isEnded() || closed;
    }

    /** The proxy sees the end behind what was written. */
    void shutdown() {
        pipe.end();
        channel.writer().wake();
        channel.sent();
    }

    /** The socket is closed: writes fail, also the one that waits. */
    @Override
    public void close() {
        closed = true;
        pipe.end();
        channel.writer().wake();
    }
}
