package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** What the output functions of the server print for what its send functions give. */
final class BinaryToText {
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    private static final long NANOS_OF_MICRO = 1000;
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;
    private static final int JSONB_VERSION = 1;
    private static final int HIGHEST_ASCII = 0x7f;

    private BinaryToText() {}

    static String read(int typeOid, ByteBuf in) {
        return switch (typeOid) {
            case Oid.BOOL -> in.readByte() != 0 ? "t" : "f";
            case Oid.CHAR -> character(in.readUnsignedByte());
            case Oid.INT2 -> Short.toString(in.readShort());
            case Oid.INT4 -> Integer.toString(in.readInt());
            case Oid.INT8 -> Long.toString(in.readLong());
            case Oid.OID -> Long.toString(in.readUnsignedInt());
            case Oid.FLOAT4 -> TextOutput.of(typeOid, in.readFloat());
            case Oid.FLOAT8 -> TextOutput.of(typeOid, in.readDouble());
            case Oid.NUMERIC -> NumericText.read(in);
            case Oid.BYTEA -> bytea(in);
            case Oid.UUID -> new UUID(in.readLong(), in.readLong()).toString();
            case Oid.DATE -> date(in.readInt());
            case Oid.TIME -> time(in.readLong());
            case Oid.TIMESTAMP -> timestamp(in.readLong());
            case Oid.TIMESTAMPTZ -> timestamptz(in.readLong());
            case Oid.JSONB -> jsonb(in);
            case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME, Oid.REFCURSOR, Oid.UNKNOWN, Oid.JSON, Oid.XML -> text(in);
            default -> throw unreadable(typeOid);
        };
    }

    private static PgErrorException unreadable(int typeOid) {
        return new PgErrorException(PgError.of(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "binary values of type " + Integer.toUnsignedString(typeOid) + " cannot be read here")
                .withHint("Ask for the result in text format."));
    }

    /** As {@code charout}: nothing for a zero byte, octal for what is not ASCII. */
    private static String character(int value) {
        if (value > HIGHEST_ASCII) {
            return "\\" + Integer.toOctalString(value);
        }
        return value == 0 ? "" : Character.toString(value);
    }

    private static String text(ByteBuf in) {
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        return CString.decode(bytes);
    }

    private static String bytea(ByteBuf in) {
        String hex = "\\x" + ByteBufUtil.hexDump(in);
        in.skipBytes(in.readableBytes());
        return hex;
    }

    private static String jsonb(ByteBuf in) {
        if (in.readByte() != JSONB_VERSION) {
            throw ValueText.invalidBinary(Oid.JSONB);
        }
        return text(in);
    }

    /** The ends of the range are the infinities, see date.h. */
    private static String date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> "infinity";
            case Integer.MIN_VALUE -> "-infinity";
            default -> TextOutput.of(Oid.DATE, EPOCH.plusDays(days));
        };
    }

    /** A time may be 24:00:00, which no LocalTime can be. */
    private static String time(long micros) {
        if (micros < 0 || micros > MICROS_OF_DAY) {
            throw ValueText.invalidBinary(Oid.TIME);
        }
        return micros == MICROS_OF_DAY
                ? "24:00:00"
                : TextOutput.of(Oid.TIME, LocalTime.ofNanoOfDay(micros * NANOS_OF_MICRO));
    }

    private static String timestamp(long micros) {
        return isInfinite(micros) ? infinity(micros) : TextOutput.of(Oid.TIMESTAMP, at(micros));
    }

    private static String timestamptz(long micros) {
        return isInfinite(micros)
                ? infinity(micros)
                : TextOutput.of(Oid.TIMESTAMPTZ, at(micros).atOffset(ZoneOffset.UTC));
    }

    private static boolean isInfinite(long micros) {
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE;
    }

    private static String infinity(long micros) {
        return micros > 0 ? "infinity" : "-infinity";
    }

    private static LocalDateTime at(long micros) {
        return EPOCH.atStartOfDay()
                .plusSeconds(Math.floorDiv(micros, MICROS_OF_SECOND))
                .plusNanos(Math.floorMod(micros, MICROS_OF_SECOND) * NANOS_OF_MICRO);
    }
}
