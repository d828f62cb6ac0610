package io.pgproxy.testkit.peer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a server as bytes, in the order of the chapter "Message Formats" of the manual. Rows have columns of
 * the type text.
 */
public final class BackendBytes {

    private static final int TEXT_OID = 25;

    private BackendBytes() {}

    /**
     * Any authentication request: AuthenticationOk is 0, AuthenticationCleartextPassword 3, AuthenticationMD5Password 5
     * with four bytes of salt, AuthenticationSASLContinue 11 and AuthenticationSASLFinal 12 with the mechanism's data.
     *
     * @param kind the number of the request
     * @param data what follows the number
     * @return the message
     */
    public static byte[] authentication(int kind, byte[] data) {
        return new Packet().int32(kind).bytes(data).message('R');
    }

    /**
     * AuthenticationOk.
     *
     * @return the message
     */
    public static byte[] authenticationOk() {
        return authentication(0, new byte[0]);
    }

    /**
     * AuthenticationSASL.
     *
     * @param mechanisms such as SCRAM-SHA-256
     * @return the message
     */
    public static byte[] authenticationSasl(String... mechanisms) {
        Packet packet = new Packet().int32(10);
        for (String mechanism : mechanisms) {
            packet.string(mechanism);
        }
        return packet.int8(0).message('R');
    }

    /**
     * ParameterStatus.
     *
     * @param name the setting
     * @param value its value
     * @return the message
     */
    public static byte[] parameterStatus(String name, String value) {
        return new Packet().string(name).string(value).message('S');
    }

    /**
     * BackendKeyData.
     *
     * @param processId the process ID
     * @param secretKey four bytes in protocol 3.0, up to 256 in 3.2
     * @return the message
     */
    public static byte[] backendKeyData(int processId, byte[] secretKey) {
        return new Packet().int32(processId).bytes(secretKey).message('K');
    }

    /**
     * NegotiateProtocolVersion.
     *
     * @param minorVersion what the server makes of the minor version
     * @param unknownOptions the options of the client that it does not know
     * @return the message
     */
    public static byte[] negotiateProtocolVersion(int minorVersion, String... unknownOptions) {
        Packet packet = new Packet().int32(minorVersion).int32(unknownOptions.length);
        for (String option : unknownOptions) {
            packet.string(option);
        }
        return packet.message('v');
    }

    /**
     * ReadyForQuery.
     *
     * @param status {@code I}, {@code T} or {@code E}
     * @return the message
     */
    public static byte[] readyForQuery(char status) {
        return new Packet().int8(status).message('Z');
    }

    /**
     * RowDescription.
     *
     * @param columns the names of the columns
     * @return the message
     */
    public static byte[] rowDescription(String... columns) {
        Packet packet = new Packet().int16(columns.length);
        for (String column : columns) {
            packet.string(column).int32(0).int16(0);
            packet.int32(TEXT_OID).int16(-1).int32(-1).int16(0);
        }
        return packet.message('T');
    }

    /**
     * DataRow.
     *
     * @param values the values, null for NULL
     * @return the message
     */
    public static byte[] dataRow(@Nullable String... values) {
        Packet packet = new Packet().int16(values.length);
        for (String value : values) {
            packet.value(value);
        }
        return packet.message('D');
    }

    /**
     * CommandComplete.
     *
     * @param commandTag such as {@code SELECT 1}
     * @return the message
     */
    public static byte[] commandComplete(String commandTag) {
        return new Packet().string(commandTag).message('C');
    }

    /**
     * ErrorResponse.
     *
     * @param severity {@code ERROR}, {@code FATAL} or {@code PANIC}
     * @param sqlState five characters
     * @param text the primary message
     * @return the message
     */
    public static byte[] error(String severity, String sqlState, String text) {
        return fields(severity, sqlState, text).message('E');
    }

    /**
     * NoticeResponse.
     *
     * @param severity such as {@code NOTICE}
     * @param sqlState five characters
     * @param text the primary message
     * @return the message
     */
    public static byte[] notice(String severity, String sqlState, String text) {
        return fields(severity, sqlState, text).message('N');
    }

    private static Packet fields(String severity, String sqlState, String text) {
        Packet packet = new Packet().int8('S').string(severity).int8('V').string(severity);
        return packet.int8('C').string(sqlState).int8('M').string(text).int8(0);
    }

    /**
     * NotificationResponse.
     *
     * @param processId of the notifying session
     * @param channel the channel
     * @param payload the payload
     * @return the message
     */
    public static byte[] notification(int processId, String channel, String payload) {
        return new Packet().int32(processId).string(channel).string(payload).message('A');
    }

    /**
     * CopyInResponse ({@code G}), CopyOutResponse ({@code H}) or CopyBothResponse ({@code W}) in text format.
     *
     * @param tag which of them
     * @param columns the number of columns
     * @return the message
     */
    public static byte[] copyResponse(char tag, int columns) {
        Packet packet = new Packet().int8(0).int16(columns);
        for (int i = 0; i < columns; i++) {
            packet.int16(0);
        }
        return packet.message(tag);
    }

    /**
     * CopyData.
     *
     * @param data some of the data
     * @return the message
     */
    public static byte[] copyData(byte[] data) {
        return FrontendBytes.copyData(data);
    }

    /**
     * A message without a body: ParseComplete {@code 1}, BindComplete {@code 2}, CloseComplete {@code 3}, NoData
     * {@code n}, EmptyQueryResponse {@code I}, PortalSuspended {@code s}, CopyDone {@code c}.
     *
     * @param tag the type byte
     * @return the message
     */
    public static byte[] empty(char tag) {
        return new Packet().message(tag);
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

    /**
     * All that stands between a StartupMessage and the first query where nobody asks for a password.
     *
     * @param processId for BackendKeyData
     * @param secretKey for BackendKeyData
     * @return AuthenticationOk, the ParameterStatus messages that clients need, BackendKeyData, ReadyForQuery
     */
    public static List<byte[]> greeting(int processId, byte[] secretKey) {
        return List.of(
                authenticationOk(),
                parameterStatus("server_version", "15.0"),
                parameterStatus("server_encoding", "UTF8"),
                parameterStatus("client_encoding", "UTF8"),
                parameterStatus("DateStyle", "ISO, MDY"),
                parameterStatus("TimeZone", "UTC"),
                parameterStatus("integer_datetimes", "on"),
                parameterStatus("standard_conforming_strings", "on"),
                backendKeyData(processId, secretKey),
                readyForQuery('I'));
    }
}
