package io.pgproxy.testkit.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A PostgreSQL client that does what it is told, step by step, on a blocking socket.
 *
 * <pre>{@code
 * try (ScriptedClient client = ScriptedClient.connect(host, port)) {
 *     client.login("postgres", "secret", "shop");
 *     client.send(query("SELECT 1; SELECT 2"));
 *     client.expect("TDCTDCZ");
 *     client.reset();
 * }
 * }</pre>
 *
 * <p>Bytes to send come from {@link FrontendBytes} or from anywhere. For one thread at a time. A read that waits longer
 * than the {@linkplain #timeout(Duration) limit} throws {@link SocketTimeoutException}.
 */
public final class ScriptedClient implements AutoCloseable {

    private static final int AUTHENTICATION_OK = 0;
    private static final int AUTHENTICATION_CLEARTEXT = 3;
    private static final int AUTHENTICATION_MD5 = 5;
    private static final int AUTHENTICATION_SASL = 10;
    private static final int AUTHENTICATION_SASL_CONTINUE = 11;
    private static final int AUTHENTICATION_SASL_FINAL = 12;

    private final WireSocket wire;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private int processId;
    private byte[] secretKey = new byte[0];

    private ScriptedClient(WireSocket wire) {
        this.wire = wire;
    }

    /**
     * Connects without sending anything.
     *
     * @param host the server
     * @param port its port
     * @return the client, which the caller closes
     * @throws IOException if nobody listens
     */
    public static ScriptedClient connect(String host, int port) throws IOException {
        return connect(host, port, 0);
    }

    /**
     * Connects with a receive buffer of a given size, so that a server soon sees that the client does not read.
     *
     * @param host the server
     * @param port its port
     * @param receiveBuffer the size in bytes, which the system may round; 0 for its default
     * @return the client, which the caller closes
     * @throws IOException if nobody listens
     */
    public static ScriptedClient connect(String host, int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(WireSocket.DEFAULT_LIMIT.toMillis()));
            return new ScriptedClient(new WireSocket(socket));
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    /**
     * Speaks on a connection that somebody else has made.
     *
     * @param socket connected; closed with the client
     * @return the client, which the caller closes
     * @throws IOException if the socket is closed
     */
    public static ScriptedClient over(Socket socket) throws IOException {
        return new ScriptedClient(new WireSocket(socket));
    }

    /**
     * Sends a CancelRequest on a connection of its own and waits until the server has closed that.
     *
     * @param host the server
     * @param port its port
     * @param processId from BackendKeyData
     * @param secretKey from BackendKeyData
     * @throws IOException if the connection fails
     */
    public static void cancel(String host, int port, int processId, byte[] secretKey) throws IOException {
        try (ScriptedClient client = connect(host, port)) {
            client.send(FrontendBytes.cancelRequest(processId, secretKey));
            client.awaitEnd();
        }
    }

    /**
     * Limits the time that a read waits, ten seconds at first.
     *
     * @param limit at least a millisecond
     * @return this client
     * @throws SocketException if the connection is closed
     */
    public ScriptedClient timeout(Duration limit) throws SocketException {
        wire.limit(limit);
        return this;
    }

    /**
     * Starts up with protocol 3.0 and logs in with whatever the server asks for: nothing, a clear or md5 password, or
     * SCRAM-SHA-256.
     *
     * @param user the user
     * @param password the password
     * @param database the database
     * @return all that the server sent, up to ReadyForQuery
     * @throws IOException if the connection fails
     * @throws AssertionError if the server refuses; the message has its error
     */
    public List<WireMessage> login(String user, String password, String database) throws IOException {
        Map<String, String> startup = new LinkedHashMap<>();
        startup.put("user", user);
        startup.put("database", database);
        return login(FrontendBytes.PROTOCOL_3_0, startup, password);
    }

    /**
     * Starts up with any parameters and logs in.
     *
     * @param version the protocol version
     * @param startup the parameters, {@code user} among them
     * @param password the password
     * @return all that the server sent, up to ReadyForQuery
     * @throws IOException if the connection fails
     * @throws AssertionError if the server refuses; the message has its error
     */
    public List<WireMessage> login(int version, Map<String, String> startup, String password) throws IOException {
        List<WireMessage> messages = tryLogin(version, startup, password);
        if (messages.get(messages.size() - 1).tag() != 'Z') {
            throw new AssertionError("the login failed: " + messages);
        }
        return messages;
    }

    /**
     * The same for logins that may well fail.
     *
     * @param version the protocol version
     * @param startup the parameters, {@code user} among them
     * @param password the password
     * @return all that the server sent, up to ReadyForQuery or {@link WireMessage#END}
     * @throws IOException if the connection fails
     */
    public List<WireMessage> tryLogin(int version, Map<String, String> startup, String password) throws IOException {
        send(FrontendBytes.startup(version, startup));
        ScramLogin scram = new ScramLogin(password);
        List<WireMessage> messages = new ArrayList<>();
        WireMessage message;
        do {
            message = readMessage();
            messages.add(message);
            if (message.tag() == 'R') {
                answer(message, startup.getOrDefault("user", ""), password, scram);
            }
        } while (message.tag() != 'Z' && message.tag() != WireMessage.END.tag());
        return messages;
    }

    private void answer(WireMessage request, String user, String password, ScramLogin scram) throws IOException {
        byte[] data = Arrays.copyOfRange(request.body(), Integer.BYTES, request.body().length);
        try {
            switch (request.int32(0)) {
                case AUTHENTICATION_OK -> {}
                case AUTHENTICATION_CLEARTEXT -> send(FrontendBytes.password(password));
                case AUTHENTICATION_MD5 -> {
                    byte[] inner = md5Digits((password + user).getBytes(UTF_8));
                    byte[] salted = Arrays.copyOf(inner, inner.length + data.length);
                    System.arraycopy(data, 0, salted, inner.length, data.length);
                    send(FrontendBytes.password("md5" + new String(md5Digits(salted), UTF_8)));
                }
                case AUTHENTICATION_SASL ->
                    send(FrontendBytes.saslInitialResponse(ScramLogin.MECHANISM, scram.clientFirst()));
                case AUTHENTICATION_SASL_CONTINUE ->
                    send(FrontendBytes.saslResponse(scram.clientFinal(new String(data, UTF_8))));
                case AUTHENTICATION_SASL_FINAL -> scram.verify(new String(data, UTF_8));
                default -> throw new AssertionError("no answer to the authentication request " + request);
            }
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static byte[] md5Digits(byte[] bytes) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("MD5").digest(bytes);
        return HexFormat.of().formatHex(digest).getBytes(UTF_8);
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
     * Reads one message.
     *
     * @return the message, or {@link WireMessage#END} if the server has closed the connection
     * @throws IOException if the connection fails, or ends within a message
     */
    public WireMessage readMessage() throws IOException {
        WireMessage message = wire.readMessage();
        if (message.tag() == 'K') {
            processId = message.int32(0);
            secretKey = Arrays.copyOfRange(message.body(), Integer.BYTES, message.body().length);
        } else if (message.tag() == 'S') {
            String[] pair = new String(message.body(), UTF_8).split("\0", -1);
            parameters.put(pair[0], pair[1]);
        }
        return message;
    }

    /**
     * Reads until the server waits for the client: to the next ReadyForQuery, CopyInResponse or CopyBothResponse, or to
     * the end of the stream.
     *
     * @return all messages, the last one included
     * @throws IOException if the connection fails
     */
    public List<WireMessage> readUntilReady() throws IOException {
        List<WireMessage> messages = new ArrayList<>();
        WireMessage message;
        do {
            message = readMessage();
            messages.add(message);
        } while ("ZGW!".indexOf(message.tag()) < 0);
        return messages;
    }

    /**
     * {@linkplain #readUntilReady() Reads} and compares the sequence of type bytes.
     *
     * @param tags a regular expression such as {@code TD*CZ} or, for an error after which the server closes, {@code E!}
     * @return all messages
     * @throws IOException if the connection fails
     * @throws AssertionError if the sequence is another one
     */
    public List<WireMessage> expect(String tags) throws IOException {
        List<WireMessage> messages = readUntilReady();
        if (!WireMessage.tags(messages).matches(tags)) {
            throw new AssertionError("expected " + tags + " but got " + WireMessage.tags(messages) + ": " + messages);
        }
        return messages;
    }

    /**
     * Reads as many messages as there are tags and compares them one by one; for what is not followed by ReadyForQuery,
     * such as answers to Flush.
     *
     * @param tags the type bytes, such as {@code 12T}
     * @return the messages
     * @throws IOException if the connection fails
     * @throws AssertionError at the first message that is another one
     */
    public List<WireMessage> expectNext(String tags) throws IOException {
        List<WireMessage> messages = new ArrayList<>();
        for (int i = 0; i < tags.length(); i++) {
            WireMessage message = readMessage();
            messages.add(message);
            if (message.tag() != tags.charAt(i)) {
                throw new AssertionError("expected " + tags + " but got " + messages);
            }
        }
        return messages;
    }

    /**
     * Reads bytes as they come, such as the one byte that answers an SSLRequest.
     *
     * @param count how many
     * @return the bytes
     * @throws java.io.EOFException if the stream ends before
     * @throws IOException if the connection fails
     */
    public byte[] readBytes(int count) throws IOException {
        return wire.read(count);
    }

    /**
     * Drops bytes as they come, for results of which nobody wants to see more than how long they are.
     *
     * @param count how many
     * @return how many there were before the stream ended
     * @throws IOException if the connection fails
     */
    public long skipBytes(long count) throws IOException {
        return wire.skip(count);
    }

    /**
     * Drops all that comes until the server closes or resets the connection.
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
     * What was received since {@link #startRecording()}, to be compared with that of another run.
     *
     * @return the bytes of all messages read, and none that are not read yet
     */
    public byte[] recorded() {
        return wire.recorded();
    }

    /**
     * The process ID of the last BackendKeyData.
     *
     * @return 0 if there was none
     */
    public int processId() {
        return processId;
    }

    /**
     * The secret key of the last BackendKeyData.
     *
     * @return four bytes in protocol 3.0, up to 256 in 3.2; empty if there was none
     */
    public byte[] secretKey() {
        return secretKey.clone();
    }

    /**
     * The settings that the server has reported.
     *
     * @return the last value of each
     */
    public Map<String, String> parameters() {
        return Map.copyOf(parameters);
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
     * Vanishes: the server sees a reset, as from a process whose machine was switched off and on.
     *
     * @throws IOException if the connection fails
     */
    public void reset() throws IOException {
        wire.reset();
    }

    /**
     * Closes the socket without a Terminate.
     *
     * @throws IOException if the connection fails
     */
    @Override
    public void close() throws IOException {
        wire.close();
    }

    @Override
    public String toString() {
        return "scripted client " + wire;
    }
}
