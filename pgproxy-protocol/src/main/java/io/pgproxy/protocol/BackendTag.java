package io.pgproxy.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The type byte of each message that a server sends after start-up.
 *
 * <p>See "Message Formats" in the PostgreSQL manual.
 */
public enum BackendTag {
    /** One row. */
    DATA_ROW('D'),
    /** A statement's end, with its tag. */
    COMMAND_COMPLETE('C'),
    /** The end of an exchange, with the transaction status. */
    READY_FOR_QUERY('Z'),
    /** The columns of the rows to come. */
    ROW_DESCRIPTION('T'),
    /** Answers Bind. */
    BIND_COMPLETE('2'),
    /** Answers Parse. */
    PARSE_COMPLETE('1'),
    /** Answers Close. */
    CLOSE_COMPLETE('3'),
    /** Answers Describe where no rows will come. */
    NO_DATA('n'),
    /** Answers Describe of a statement, first. */
    PARAMETER_DESCRIPTION('t'),
    /** A row limit of Execute was reached. */
    PORTAL_SUSPENDED('s'),
    /** In place of CommandComplete for an empty string. */
    EMPTY_QUERY_RESPONSE('I'),
    /** An error. */
    ERROR_RESPONSE('E'),
    /** A notice; at any time. */
    NOTICE_RESPONSE('N'),
    /** What NOTIFY sent; at any time. */
    NOTIFICATION_RESPONSE('A'),
    /** A reported setting's value; at any time. */
    PARAMETER_STATUS('S'),
    /** Data of a COPY. */
    COPY_DATA('d'),
    /** The end of a COPY's data. */
    COPY_DONE('c'),
    /** The server waits for CopyData. */
    COPY_IN_RESPONSE('G'),
    /** CopyData follows. */
    COPY_OUT_RESPONSE('H'),
    /** CopyData in both directions: streaming replication. */
    COPY_BOTH_RESPONSE('W'),
    /** A FunctionCall's result. */
    FUNCTION_CALL_RESPONSE('V'),
    /** Any authentication request, or that it is over. */
    AUTHENTICATION('R'),
    /** What a CancelRequest must name. */
    BACKEND_KEY_DATA('K'),
    /** The version and options that the server can not do. */
    NEGOTIATE_PROTOCOL_VERSION('v');

    private static final @Nullable BackendTag[] BY_CODE = new BackendTag[256];

    static {
        for (BackendTag tag : values()) {
            BY_CODE[tag.code & 0xff] = tag;
        }
    }

    private final byte code;

    BackendTag(char code) {
        this.code = (byte) code;
    }

    /**
     * The type byte.
     *
     * @return the byte as it stands on the wire
     */
    public byte code() {
        return code;
    }

    /**
     * Finds the tag of a type byte.
     *
     * @param code the byte as received
     * @return the tag, or null when no message of a server begins with this byte
     */
    public static @Nullable BackendTag of(byte code) {
        return BY_CODE[code & 0xff];
    }
}
