package io.pgproxy.protocol;

/**
 * OIDs of built-in types, which are the same on every server: see pg_type.dat in the server's source.
 *
 * <p>OIDs are unsigned; in Java they are kept in an {@code int} as they are.
 */
public final class Oid {
    /** No type given. */
    public static final int UNSPECIFIED = 0;
    /** {@code bool}. */
    public static final int BOOL = 16;
    /** {@code bytea}. */
    public static final int BYTEA = 17;
    /** {@code "char"}. */
    public static final int CHAR = 18;
    /** {@code name}. */
    public static final int NAME = 19;
    /** {@code int8}. */
    public static final int INT8 = 20;
    /** {@code int2}. */
    public static final int INT2 = 21;
    /** {@code int4}. */
    public static final int INT4 = 23;
    /** {@code text}. */
    public static final int TEXT = 25;
    /** {@code oid}. */
    public static final int OID = 26;
    /** {@code json}. */
    public static final int JSON = 114;
    /** {@code xml}. */
    public static final int XML = 142;
    /** {@code float4}. */
    public static final int FLOAT4 = 700;
    /** {@code float8}. */
    public static final int FLOAT8 = 701;
    /** A literal whose type is not decided. */
    public static final int UNKNOWN = 705;
    /** {@code int4[]}. */
    public static final int INT4_ARRAY = 1007;
    /** {@code text[]}. */
    public static final int TEXT_ARRAY = 1009;
    /** {@code int8[]}. */
    public static final int INT8_ARRAY = 1016;
    /** {@code character(n)}. */
    public static final int BPCHAR = 1042;
    /** {@code varchar}. */
    public static final int VARCHAR = 1043;
    /** {@code date}. */
    public static final int DATE = 1082;
    /** {@code time}. */
    public static final int TIME = 1083;
    /** {@code timestamp}. */
    public static final int TIMESTAMP = 1114;
    /** {@code timestamptz}. */
    public static final int TIMESTAMPTZ = 1184;
    /** {@code interval}. */
    public static final int INTERVAL = 1186;
    /** {@code timetz}. */
    public static final int TIMETZ = 1266;
    /** {@code numeric}. */
    public static final int NUMERIC = 1700;
    /** {@code refcursor}. */
    public static final int REFCURSOR = 1790;
    /** {@code void}. */
    public static final int VOID = 2278;
    /** {@code uuid}. */
    public static final int UUID = 2950;
    /** {@code jsonb}. */
    public static final int JSONB = 3802;

    private Oid() {}
}
