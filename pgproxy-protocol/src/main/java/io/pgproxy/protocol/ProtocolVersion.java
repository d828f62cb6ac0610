package io.pgproxy.protocol;

/**
 * A version of the protocol, as start-up and NegotiateProtocolVersion name it.
 *
 * @param major 3 for all that PostgreSQL still speaks
 * @param minor 0, or 2 since PostgreSQL 18
 */
public record ProtocolVersion(int major, int minor) {
    /** What PostgreSQL 7.4 and later speak. */
    public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);
    /** Since PostgreSQL 18: keys for cancelling of up to 256 bytes. There is no version 3.1. */
    public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

    /**
     * Checks the components.
     *
     * @param major see the component
     * @param minor see the component
     */
    public ProtocolVersion {
        if ((major & 0xffff) != major || (minor & 0xffff) != minor) {
            throw new IllegalArgumentException("no protocol version: " + major + "." + minor);
        }
    }

    /**
     * Reads a version out of its number.
     *
     * @param code the number as received
     * @return the version
     */
    public static ProtocolVersion of(int code) {
        return new ProtocolVersion(code >>> 16, code & 0xffff);
    }

    /**
     * The number on the wire: major in the upper two bytes, minor in the lower.
     *
     * @return the number
     */
    public int code() {
        return major << 16 | minor;
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
