package io.pgproxy.core.backend;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Reads a channel until a deadline. Closing it leaves the channel open. */
final class TimedInput extends InputStream {
    private final SocketChannel channel;
    private final Selector selector;
    private final long deadline;

    TimedInput(SocketChannel channel, Duration limit) throws IOException {
        this.channel = channel;
        this.deadline = System.nanoTime() + limit.toNanos();
        this.selector = Selector.open();
        try {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int count = channel.read(ByteBuffer.wrap(into, offset, length));
        while (count == 0 && length > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            selector.select(left);
            selector.selectedKeys().clear();
            count = channel.read(ByteBuffer.wrap(into, offset, length));
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
