package io.pgproxy.testkit.peer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a client as bytes, in the order of the chapter "Message Formats" of the manual. Names are those of
 * the manual; statements and portals without a name have the name {@code ""}.
 */
public final class FrontendBytes {

    /** Protocol 3.0 as the number in a StartupMessage. */
    public static final int PROTOCOL_3_0 = 3 << 16;

    /** Protocol 3.2, which has cancel keys of up to 256 bytes. */
    public static final int PROTOCOL_3_2 = 3 << 16 | 2;

    private static final int CANCEL_REQUEST = 1234 << 16 | 5678;
    private static final int SSL_REQUEST = 1234 << 16 | 5679;
    private static final int GSSENC_REQUEST = 1234 << 16 | 5680;

    private FrontendBytes() {}

    /**
     * StartupMessage of protocol 3.0.
     *
     * @param user the user
     * @param database the database
     * @return the packet
     */
    public static byte[] startup(String user, String database) {
        return startup(PROTOCOL_3_0, Map.of("user", user, "database", database));
    }

    /**
     * StartupMessage.
     *
     * @param version the protocol version
     * @param parameters names and values, in the order of the map
     * @return the packet
     */
    public static byte[] startup(int version, Map<String, String> parameters) {
        Packet packet = new Packet().int32(version);
        parameters.forEach((name, value) -> packet.string(name).string(value));
        return packet.int8(0).untagged();
    }

    /**
     * SSLRequest.
     *
     * @return the packet
     */
    public static byte[] sslRequest() {
        return new Packet().int32(SSL_REQUEST).untagged();
    }

    /**
     * GSSENCRequest.
     *
     * @return the packet
     */
    public static byte[] gssEncRequest() {
        return new Packet().int32(GSSENC_REQUEST).untagged();
    }

    /**
     * CancelRequest.
     *
     * @param processId from BackendKeyData
     * @param secretKey from BackendKeyData
     * @return the packet
     */
    public static byte[] cancelRequest(int processId, byte[] secretKey) {
        return new Packet()
                .int32(CANCEL_REQUEST)
                .int32(processId)
                .bytes(secretKey)
                .untagged();
    }

    /**
     * PasswordMessage.
     *
     * @param password in clear, or as md5 and digits
     * @return the message
     */
    public static byte[] password(String password) {
        return new Packet().string(password).message('p');
    }

    /**
     * SASLInitialResponse.
     *
     * @param mechanism such as SCRAM-SHA-256
     * @param response the first message of the mechanism
     * @return the message
     */
    public static byte[] saslInitialResponse(String mechanism, String response) {
        return new Packet().string(mechanism).value(response).message('p');
    }

    /**
     * SASLResponse.
     *
     * @param response the message of the mechanism
     * @return the message
     */
    public static byte[] saslResponse(String response) {
        return new Packet().text(response).message('p');
    }

    /**
     * Query.
     *
     * @param sql the text
     * @return the message
     */
    public static byte[] query(String sql) {
        return new Packet().string(sql).message('Q');
    }

    /**
     * Parse.
     *
     * @param statement the name of the statement
     * @param sql the text
     * @param parameterTypes the types of the parameters, 0 for unspecified
     * @return the message
     */
    public static byte[] parse(String statement, String sql, int... parameterTypes) {
        Packet packet = new Packet().string(statement).string(sql).int16(parameterTypes.length);
        for (int type : parameterTypes) {
            packet.int32(type);
        }
        return packet.message('P');
    }

    /**
     * Bind with parameters and results as text.
     *
     * @param portal the name of the portal
     * @param statement the name of the statement
     * @param values the parameters, null for NULL
     * @return the message
     */
    public static byte[] bind(String portal, String statement, @Nullable String... values) {
        Packet packet = new Packet().string(portal).string(statement).int16(0).int16(values.length);
        for (String value : values) {
            packet.value(value);
        }
        return packet.int16(0).message('B');
    }

    /**
     * Bind with parameters and results in binary.
     *
     * @param portal the name of the portal
     * @param statement the name of the statement
     * @param values the parameters
     * @return the message
     */
    public static byte[] bindBinary(String portal, String statement, List<byte[]> values) {
        Packet packet = new Packet().string(portal).string(statement).int16(1).int16(1);
        packet.int16(values.size());
        values.forEach(packet::value);
        return packet.int16(1).int16(1).message('B');
    }

    /**
     * Describe of a statement.
     *
     * @param statement its name
     * @return the message
     */
    public static byte[] describeStatement(String statement) {
        return new Packet().int8('S').string(statement).message('D');
    }

    /**
     * Describe of a portal.
     *
     * @param portal its name
     * @return the message
     */
    public static byte[] describePortal(String portal) {
        return new Packet().int8('P').string(portal).message('D');
    }

    /**
     * Execute.
     *
     * @param portal the name of the portal
     * @param maxRows the most rows to return, 0 for all
     * @return the message
     */
    public static byte[] execute(String portal, int maxRows) {
        return new Packet().string(portal).int32(maxRows).message('E');
    }

    /**
     * Execute of the unnamed portal to its end.
     *
     * @return the message
     */
    public static byte[] execute() {
        return execute("", 0);
    }

    /**
     * Close of a statement.
     *
     * @param statement its name
     * @return the message
     */
    public static byte[] closeStatement(String statement) {
        return new Packet().int8('S').string(statement).message('C');
    }

    /**
     * Close of a portal.
     *
     * @param portal its name
     * @return the message
     */
    public static byte[] closePortal(String portal) {
        return new Packet().int8('P').string(portal).message('C');
    }

    /**
     * Sync.
     *
     * @return the message
     */
    public static byte[] sync() {
        return new Packet().message('S');
    }

    /**
     * Flush.
     *
     * @return the message
     */
    public static byte[] flush() {
        return new Packet().message('H');
    }

    /**
     * Terminate.
     *
     * @return the message
     */
    public static byte[] terminate() {
        return new Packet().message('X');
    }

    /**
     * FunctionCall with parameters and result as text.
     *
     * @param function its object ID
     * @param values the parameters, null for NULL
     * @return the message
     */
    public static byte[] functionCall(int function, @Nullable String... values) {
        Packet packet = new Packet().int32(function).int16(0).int16(values.length);
        for (String value : values) {
            packet.value(value);
        }
        return packet.int16(0).message('F');
    }

    /**
     * CopyData.
     *
     * @param data some of the data
     * @return the message
     */
    public static byte[] copyData(byte[] data) {
        return new Packet().bytes(data).message('d');
    }

    /**
     * CopyData.
     *
     * @param text some of the data
     * @return the message
     */
    public static byte[] copyData(String text) {
        return new Packet().text(text).message('d');
    }

    /**
     * CopyDone.
     *
     * @return the message
     */
    public static byte[] copyDone() {
        return new Packet().message('c');
    }

    /**
     * CopyFail.
     *
     * @param reason what the server shows
     * @return the message
     */
    public static byte[] copyFail(String reason) {
        return new Packet().string(reason).message('f');
    }

    /**
     * Any message, also one that does not exist.
     *
     * @param tag the type byte
     * @param body what follows the length
     * @return the message
     */
    public static byte[] message(char tag, byte[] body) {
        return new Packet().bytes(body).message(tag);
    }
}
