package io.pgproxy.protocol;

/**
 * The state of a session's transaction as ReadyForQuery tells it.
 *
 * <p>See "ReadyForQuery" in the chapter "Message Formats" of the PostgreSQL manual.
 */
public enum TransactionStatus {
    /** Not in a transaction block. */
    IDLE('I'),
    /** In a transaction block. */
    IN_TRANSACTION('T'),
    /** In a failed transaction block: everything is refused with 25P02 until it ends. */
    FAILED('E');

    private final byte code;

    TransactionStatus(char code) {
        this.code = (byte) code;
    }

    /**
     * The byte that stands for this status on the wire.
     *
     * @return {@code I}, {@code T} or {@code E}
     */
    public byte code() {
        return code;
    }

    /**
     * Reads the status byte of a ReadyForQuery.
     *
     * @param code the byte as received
     * @return the status
     * @throws ProtocolException (08P01) for any other byte
     */
    public static TransactionStatus of(byte code) {
        return switch (code) {
            case 'I' -> IDLE;
            case 'T' -> IN_TRANSACTION;
            case 'E' -> FAILED;
            default -> throw new ProtocolException("invalid transaction status " + code);
        };
    }
}
