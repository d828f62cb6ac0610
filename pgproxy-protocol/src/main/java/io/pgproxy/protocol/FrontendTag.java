package io.pgproxy.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The type byte of each message that a client sends after start-up.
 *
 * <p>See "Message Formats" in the PostgreSQL manual; the limits are those of {@code SocketBackend} in the server's
 * postgres.c.
 */
public enum FrontendTag {
    /** One SQL string, any number of statements. */
    QUERY('Q', Limit.LARGE),
    /** Makes a prepared statement. */
    PARSE('P', Limit.LARGE),
    /** Makes a portal. */
    BIND('B', Limit.LARGE),
    /** Runs a portal. */
    EXECUTE('E', Limit.SMALL),
    /** Ends a series of extended messages; answered by ReadyForQuery. */
    SYNC('S', Limit.SMALL),
    /** Asks for the shape of a statement or portal. */
    DESCRIBE('D', Limit.SMALL),
    /** Closes a statement or portal. */
    CLOSE('C', Limit.SMALL),
    /** Asks for what has been computed so far. */
    FLUSH('H', Limit.SMALL),
    /** Data of a COPY. */
    COPY_DATA('d', Limit.LARGE),
    /** The end of a COPY's data. */
    COPY_DONE('c', Limit.SMALL),
    /** Gives a COPY up. */
    COPY_FAIL('f', Limit.SMALL),
    /** Calls a function by its OID. */
    FUNCTION_CALL('F', Limit.LARGE),
    /** Ends the session. */
    TERMINATE('X', Limit.SMALL),
    /** Any answer to an authentication request. */
    PASSWORD('p', Limit.LARGE);

    private static final @Nullable FrontendTag[] BY_CODE = new FrontendTag[256];

    static {
        for (FrontendTag tag : values()) {
            BY_CODE[tag.code & 0xff] = tag;
        }
    }

    private final byte code;
    private final int longest;

    FrontendTag(char code, int longest) {
        this.code = (byte) code;
        this.longest = longest;
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
     * The greatest length that PostgreSQL accepts for this message, in bytes, the length field's own four included.
     *
     * @return 1 GB - 2 for messages that carry data, 10,000 for the others
     */
    public int longest() {
        return longest;
    }

    /**
     * Finds the tag of a type byte.
     *
     * @param code the byte as received
     * @return the tag, or null when no message of a client begins with this byte
     */
    public static @Nullable FrontendTag of(byte code) {
        return BY_CODE[code & 0xff];
    }

    private static final class Limit {
        static final int LARGE = 0x3fff_fffe;
        static final int SMALL = 10_000;
    }
}
