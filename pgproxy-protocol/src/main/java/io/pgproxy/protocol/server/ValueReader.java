package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.SqlState;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a parameter as a Java value, whatever format the client chose.
 *
 * <p>bool is a Boolean; int2, int4 an Integer; int8, oid a Long; float4 a Float; float8 a Double; numeric a BigDecimal;
 * bytea a {@code byte[]}; uuid a UUID; date, time, timestamp a LocalDate, LocalTime, LocalDateTime; timestamptz an
 * OffsetDateTime; every other type in text format a String, as are text and what is like text, json and jsonb in both
 * formats. Dates and times in text format have to be in ISO style.
 */
public final class ValueReader {
    /** The server's style: a blank between date and time, an offset of hours, and minutes where there are any. */
    private static final DateTimeFormatter TIMESTAMPTZ = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendOffset("+HH:mm", "Z")
            .toFormatter(Locale.ROOT);

    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    private static final long NANOS_OF_MICRO = 1000;
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long UNSIGNED = 0xffff_ffffL;

    private ValueReader() {}

    /**
     * Reads a parameter.
     *
     * @param parameter the parameter; an undecided type is read as text
     * @return its value, or null for SQL's null
     * @throws PgErrorException if it is no value of its type, or one that is not read here although the server takes
     *     it, such as NaN of numeric, a date of infinity, a timestamptz without its offset (22P02 in text, 22P03 in
     *     binary), or the type has no binary format here (0A000)
     */
    public static @Nullable Object read(Parameter parameter) {
        Bytes value = parameter.value();
        if (value == null) {
            return null;
        }
        if (parameter.format() == Format.TEXT) {
            try {
                return text(parameter.typeOid(), value.text());
            } catch (IllegalArgumentException | DateTimeException cause) {
                throw new PgErrorException(SqlState.INVALID_TEXT_REPRESENTATION, "invalid input for a parameter");
            }
        }
        ByteBuf in = value.buffer();
        Object read;
        try {
            read = binary(parameter.typeOid(), in);
        } catch (IndexOutOfBoundsException | DateTimeException | ArithmeticException cause) {
            throw invalidBinary();
        }
        if (in.isReadable()) {
            throw invalidBinary();
        }
        return read;
    }

    /**
     * A parameter for people to read, whatever a client has sent: it never fails. In text format it is what was sent;
     * in binary format the value as Java writes it, and {@code \x} with hexadecimal digits for bytea and for what
     * {@link #read} does not take.
     *
     * @param parameter the parameter
     * @return a text, or null for SQL's null
     */
    public static @Nullable String asText(Parameter parameter) {
        Bytes value = parameter.value();
        if (value == null) {
            return null;
        }
        return parameter.format() == Format.TEXT ? value.text() : asText(parameter, value);
    }

    private static String asText(Parameter parameter, Bytes value) {
        try {
            Object read = read(parameter);
            return read instanceof byte[] ? hexadecimal(value) : String.valueOf(read);
        } catch (PgErrorException unread) {
            return hexadecimal(value);
        }
    }

    private static String hexadecimal(Bytes value) {
        return "\\x" + ByteBufUtil.hexDump(value.toByteArray());
    }

    private static Object text(int typeOid, String text) {
        return switch (typeOid) {
            case Oid.BOOL -> bool(text);
            case Oid.INT2 -> (int) Short.parseShort(text.strip());
            case Oid.INT4 -> Integer.valueOf(text.strip());
            case Oid.INT8 -> Long.valueOf(text.strip());
            case Oid.OID -> Integer.parseUnsignedInt(text.strip()) & UNSIGNED;
            case Oid.FLOAT4 -> Float.valueOf(text.strip());
            case Oid.FLOAT8 -> Double.valueOf(text.strip());
            case Oid.NUMERIC -> new BigDecimal(text.strip());
            case Oid.BYTEA -> bytea(text);
            case Oid.UUID -> UUID.fromString(text.strip());
            case Oid.DATE -> LocalDate.parse(text.strip());
            case Oid.TIME -> LocalTime.parse(text.strip());
            case Oid.TIMESTAMP -> LocalDateTime.parse(text.strip().replace(' ', 'T'));
            case Oid.TIMESTAMPTZ ->
                OffsetDateTime.parse(withMinutes(text.strip().replace(' ', 'T')), TIMESTAMPTZ);
            default -> text;
        };
    }

    private static Object binary(int typeOid, ByteBuf in) {
        return switch (typeOid) {
            case Oid.BOOL -> in.readByte() != 0;
            case Oid.INT2 -> (int) in.readShort();
            case Oid.INT4 -> in.readInt();
            case Oid.INT8 -> in.readLong();
            case Oid.OID -> in.readUnsignedInt();
            case Oid.FLOAT4 -> in.readFloat();
            case Oid.FLOAT8 -> in.readDouble();
            case Oid.NUMERIC -> NumericInput.read(in);
            case Oid.BYTEA -> Bytes.read(in, in.readableBytes()).toByteArray();
            case Oid.UUID -> new UUID(in.readLong(), in.readLong());
            case Oid.DATE -> EPOCH.plusDays(in.readInt());
            case Oid.TIME -> LocalTime.ofNanoOfDay(Math.multiplyExact(in.readLong(), NANOS_OF_MICRO));
            case Oid.TIMESTAMP -> timestamp(in.readLong());
            case Oid.TIMESTAMPTZ -> timestamp(in.readLong()).atOffset(ZoneOffset.UTC);
            case Oid.JSONB -> Bytes.read(in.skipBytes(1), in.readableBytes()).text();
            case Oid.UNSPECIFIED, Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME, Oid.UNKNOWN, Oid.JSON ->
                Bytes.read(in, in.readableBytes()).text();
            default ->
                throw new PgErrorException(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "no binary input for type " + Integer.toUnsignedString(typeOid));
        };
    }

    private static LocalDateTime timestamp(long micros) {
        return EPOCH.atStartOfDay()
                .plusSeconds(Math.floorDiv(micros, MICROS_OF_SECOND))
                .plusNanos(Math.floorMod(micros, MICROS_OF_SECOND) * NANOS_OF_MICRO);
    }

    /** Every spelling of the manual; unique prefixes are spelled out. */
    private static Boolean bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "t", "true", "y", "yes", "on", "1" -> true;
            case "f", "false", "n", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException("no boolean");
        };
    }

    private static byte[] bytea(String text) {
        if (!text.startsWith("\\x")) {
            throw new IllegalArgumentException("bytea is not in hex format");
        }
        return ByteBufUtil.decodeHexDump(text, 2, text.length() - 2);
    }

    private static String withMinutes(String text) {
        int sign = Math.max(text.lastIndexOf('+'), text.lastIndexOf('-'));
        boolean hoursOnly = sign > text.indexOf('T') && text.length() == sign + 3;
        return hoursOnly ? text + ":00" : text;
    }

    private static PgErrorException invalidBinary() {
        return new PgErrorException(SqlState.INVALID_BINARY_REPRESENTATION, "incorrect binary data in a parameter");
    }
}
