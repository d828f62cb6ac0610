package io.pgproxy.testkit.peer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A blocking socket with the frames of the protocol; what both scripted peers are made of. */
final class WireSocket implements AutoCloseable {

    static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

    private static final int LARGEST = 1 << 30;

    private final Socket socket;
    private final InputStream in;
    private @Nullable ByteArrayOutputStream record;

    WireSocket(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        limit(DEFAULT_LIMIT);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    void limit(Duration eachRead) throws SocketException {
        socket.setSoTimeout(Math.toIntExact(eachRead.toMillis()));
    }

    void send(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        socket.getOutputStream().write(all.toByteArray());
    }

    void sendSplit(byte[] bytes, int... at) throws IOException {
        int from = 0;
        for (int to : at) {
            socket.getOutputStream().write(bytes, from, to - from);
            from = to;
        }
        socket.getOutputStream().write(bytes, from, bytes.length - from);
    }

    void sendInPieces(byte[] bytes, int size) throws IOException {
        for (int from = 0; from < bytes.length; from += size) {
            socket.getOutputStream().write(bytes, from, Math.min(size, bytes.length - from));
        }
    }

    /** The end of the stream is an {@link EOFException}. */
    byte[] read(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (record != null) {
            record.writeBytes(bytes);
        }
        if (bytes.length < count) {
            throw new EOFException("the peer closed the connection");
        }
        return bytes;
    }

    /** Drops what comes, without recording it; fewer than asked for at the end of the stream. */
    long skip(long count) throws IOException {
        byte[] scratch = new byte[1 << 16];
        long skipped = 0;
        while (skipped < count) {
            int n = in.read(scratch, 0, (int) Math.min(scratch.length, count - skipped));
            if (n < 0) {
                return skipped;
            }
            skipped += n;
        }
        return skipped;
    }

    /** {@link WireMessage#END} where the stream ends between two messages. */
    WireMessage readMessage() throws IOException {
        int tag = in.read();
        if (tag < 0) {
            return WireMessage.END;
        }
        if (record != null) {
            record.write(tag);
        }
        return new WireMessage((char) tag, readPacket());
    }

    /** Length and body without a type byte; returns the body. */
    byte[] readPacket() throws IOException {
        int length = ByteBuffer.wrap(read(Integer.BYTES)).getInt();
        if (length < Integer.BYTES || length > LARGEST) {
            throw new IOException("the peer announced a message of " + length + " bytes");
        }
        return read(length - Integer.BYTES);
    }

    void startRecording() {
        record = new ByteArrayOutputStream();
    }

    byte[] recorded() {
        if (record == null) {
            throw new IllegalStateException("nothing is recorded: startRecording() was not called");
        }
        return record.toByteArray();
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
