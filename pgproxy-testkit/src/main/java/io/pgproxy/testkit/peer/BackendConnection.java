package io.pgproxy.testkit.peer;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/**
 * The server's end of one connection to a {@link ScriptedBackend}, in the hands of the script. Bytes to send come from
 * {@link BackendBytes} or from anywhere. A read that waits longer than the limit of ten seconds throws
 * {@link SocketTimeoutException}.
 */
public final class BackendConnection {

    private final WireSocket wire;
    private final int number;
    private final BlockingQueue<CancelKey> cancels;

    BackendConnection(WireSocket wire, int number, BlockingQueue<CancelKey> cancels) {
        this.wire = wire;
        this.number = number;
        this.cancels = cancels;
    }

    /**
     * Which connection it is, for scripts that treat the first otherwise than the second. Those that carry a
     * CancelRequest count as well.
     *
     * @return 0 for the first that the backend accepted
     */
    public int number() {
        return number;
    }

    /**
     * Limits the time that a read waits, ten seconds at first.
     *
     * @param limit at least a millisecond
     * @throws SocketException if the connection is closed
     */
    public void timeout(Duration limit) throws SocketException {
        wire.limit(limit);
    }

    /**
     * Reads up to the StartupMessage. Requests for encryption are answered with {@code N}. A CancelRequest is noted for
     * {@link ScriptedBackend#awaitCancel()} and ends the script and the connection.
     *
     * @return the StartupMessage
     * @throws IOException if the connection fails
     */
    public StartupPacket readStartup() throws IOException {
        while (true) {
            StartupPacket packet = readStartupPacket();
            if (packet.isCancelRequest()) {
                cancels.add(packet.cancelKey());
                throw new CancelReceived();
            }
            if (!packet.isEncryptionRequest()) {
                return packet;
            }
            send(new byte[] {'N'});
        }
    }

    /**
     * Reads one packet without a type byte, whatever it is, and does nothing about it.
     *
     * @return the packet
     * @throws IOException if the connection fails
     */
    public StartupPacket readStartupPacket() throws IOException {
        return StartupPacket.of(wire.readPacket());
    }

    /**
     * Lets the client in without a password: reads its startup and sends all up to ReadyForQuery.
     *
     * @param processId for BackendKeyData
     * @param secretKey for BackendKeyData
     * @return the StartupMessage
     * @throws IOException if the connection fails
     */
    public StartupPacket greet(int processId, byte[] secretKey) throws IOException {
        StartupPacket startup = readStartup();
        send(BackendBytes.greeting(processId, secretKey).toArray(new byte[0][]));
        return startup;
    }

    /**
     * Lets the client in without a password, with the process ID 1000 + {@link #number()}.
     *
     * @return the StartupMessage
     * @throws IOException if the connection fails
     */
    public StartupPacket greet() throws IOException {
        return greet(1000 + number, new byte[] {1, 2, 3, (byte) number});
    }

    /**
     * Sends bytes in one write.
     *
     * @param parts messages or pieces of messages, one after the other
     * @throws IOException if the connection fails
     */
    public void send(byte[]... parts) throws IOException {
        wire.send(parts);
    }

    /**
     * Sends bytes in several writes, each a segment of its own unless the receiver lags behind.
     *
     * @param bytes what to send
     * @param at the indexes where a new write begins, rising
     * @throws IOException if the connection fails
     */
    public void sendSplit(byte[] bytes, int... at) throws IOException {
        wire.sendSplit(bytes, at);
    }

    /**
     * Sends bytes in writes of a given size.
     *
     * @param bytes what to send
     * @param size of each write, at least 1
     * @throws IOException if the connection fails
     */
    public void sendInPieces(byte[] bytes, int size) throws IOException {
        wire.sendInPieces(bytes, size);
    }

    /**
     * Reads one message of a client that has started up.
     *
     * @return the message, or {@link WireMessage#END} if the client has closed the connection
     * @throws IOException if the connection fails, or ends within a message
     */
    public WireMessage readMessage() throws IOException {
        return wire.readMessage();
    }

    /**
     * Reads until the client waits for an answer or is gone: to the next Query, FunctionCall, Sync, Flush or Terminate,
     * or the end of the stream, and compares the sequence of type bytes.
     *
     * @param tags a regular expression such as {@code PBDES}
     * @return all messages
     * @throws IOException if the connection fails
     * @throws AssertionError if the sequence is another one
     */
    public List<WireMessage> expect(String tags) throws IOException {
        List<WireMessage> messages = new ArrayList<>();
        WireMessage message;
        do {
            message = readMessage();
            messages.add(message);
        } while ("QFSHX!".indexOf(message.tag()) < 0);
        if (!WireMessage.tags(messages).matches(tags)) {
            throw new AssertionError("expected " + tags + " but got " + WireMessage.tags(messages) + ": " + messages);
        }
        return messages;
    }

    /**
     * Drops all that comes until the client closes or resets the connection.
     *
     * @throws SocketTimeoutException if it does neither
     * @throws IOException if the connection fails otherwise
     */
    public void awaitEnd() throws IOException {
        try {
            wire.skip(Long.MAX_VALUE);
        } catch (SocketTimeoutException stillOpen) {
            throw stillOpen;
        } catch (SocketException reset) {
            // As good an end as any.
        }
    }

    /** Keeps what is received from now on for {@link #recorded()}; forgets what was kept before. */
    public void startRecording() {
        wire.startRecording();
    }

    /**
     * What was received since {@link #startRecording()}.
     *
     * @return the bytes of all messages read, and none that are not read yet
     */
    public byte[] recorded() {
        return wire.recorded();
    }

    /**
     * Sends no more, and goes on reading.
     *
     * @throws IOException if the connection fails
     */
    public void halfClose() throws IOException {
        wire.halfClose();
    }

    /**
     * Vanishes: the client sees a reset.
     *
     * @throws IOException if the connection fails
     */
    public void reset() throws IOException {
        wire.reset();
    }

    /**
     * Closes the connection in the middle of the script; its end does so anyway.
     *
     * @throws IOException if the connection fails
     */
    public void close() throws IOException {
        wire.close();
    }

    @Override
    public String toString() {
        return "connection " + number + " to the scripted backend, " + wire;
    }

    /** Ends a script whose client wanted nothing but to cancel. */
    static final class CancelReceived extends IOException {

        CancelReceived() {
            super("a CancelRequest came, no StartupMessage");
        }
    }
}
