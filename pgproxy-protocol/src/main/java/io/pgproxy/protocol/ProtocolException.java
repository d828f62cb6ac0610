package io.pgproxy.protocol;

/**
 * Bytes that are not what the protocol allows at their place.
 *
 * <p>It carries the SQLSTATE that PostgreSQL would report, 08P01 unless said otherwise. Messages name structure only,
 * never values, so they may be logged and sent to a peer. It has no stack trace: hostile peers cause it at will.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Five characters. */
    private final String sqlState;

    /**
     * A violation of the protocol, SQLSTATE 08P01.
     *
     * @param message what is wrong, without values
     */
    public ProtocolException(String message) {
        this("08P01", message);
    }

    /**
     * A violation with an SQLSTATE of its own.
     *
     * @param sqlState five characters
     * @param message what is wrong, without values
     */
    public ProtocolException(String sqlState, String message) {
        super(message, null, false, false);
        this.sqlState = sqlState;
    }

    /**
     * The SQLSTATE to report.
     *
     * @return five characters
     */
    public String sqlState() {
        return sqlState;
    }
}
