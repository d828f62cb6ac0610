package io.pgproxy.benchmarks.pooling;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client that takes next to no memory and time: it looks for ReadyForQuery and ErrorResponse alone. */
final class RawClient implements AutoCloseable {
    private static final int PROTOCOL_3_0 = 196_608;

    /** Answers are short, and all clients of a thread take turns. */
    private final ByteBuffer buffer;

    private final SocketChannel channel;

    private RawClient(SocketChannel channel, ByteBuffer buffer) {
        this.channel = channel;
        this.buffer = buffer;
    }

    /** Logs in where nobody is asked for a password. */
    static RawClient connect(InetSocketAddress where, String user, String database, ByteBuffer buffer)
            throws IOException {
        RawClient client = new RawClient(SocketChannel.open(where), buffer);
        client.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        byte[] parameters = ("user\0" + user + "\0database\0" + database + "\0\0").getBytes(StandardCharsets.UTF_8);
        client.send(ByteBuffer.allocate(8 + parameters.length)
                .putInt(8 + parameters.length)
                .putInt(PROTOCOL_3_0)
                .put(parameters)
                .flip());
        client.awaitReady();
        return client;
    }

    void query(String sql) throws IOException {
        byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
        send(ByteBuffer.allocate(5 + text.length)
                .put((byte) 'Q')
                .putInt(4 + text.length)
                .put(text)
                .flip());
        awaitReady();
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void awaitReady() throws IOException {
        buffer.clear().flip();
        while (true) {
            fill(5);
            byte type = buffer.get();
            int length = buffer.getInt() - 4;
            fill(length);
            if (type == 'E') {
                byte[] fields = new byte[length];
                buffer.get(fields);
                throw new IOException(new String(fields, StandardCharsets.UTF_8).replace('\0', ' '));
            }
            buffer.position(buffer.position() + length);
            if (type == 'Z') {
                return;
            }
        }
    }

    private void fill(int bytes) throws IOException {
        while (buffer.remaining() < bytes) {
            buffer.compact();
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection was closed");
            }
            buffer.flip();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
