package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.SqlState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Values as the send functions of the server give them. */
final class BinaryOutput {
    /** Where the server's calendar begins. */
    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);

    private static final int NANOS_OF_MICRO = 1000;
    private static final int JSONB_VERSION = 1;

    private BinaryOutput() {}

    static void write(ByteBuf out, int typeOid, Object value) {
        switch (typeOid) {
            case Oid.BOOL -> out.writeBoolean(as(Boolean.class, value));
            case Oid.INT2 -> out.writeShort((int) integer(value, Short.MIN_VALUE, Short.MAX_VALUE));
            case Oid.INT4 -> out.writeInt((int) integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case Oid.OID -> out.writeInt((int) integer(value, Integer.MIN_VALUE, 0xffff_ffffL));
            case Oid.INT8 -> out.writeLong(integer(value, Long.MIN_VALUE, Long.MAX_VALUE));
            case Oid.FLOAT4 -> out.writeFloat(as(Number.class, value).floatValue());
            case Oid.FLOAT8 -> out.writeDouble(as(Number.class, value).doubleValue());
            case Oid.NUMERIC -> NumericOutput.write(out, decimal(value));
            case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME, Oid.UNKNOWN, Oid.JSON ->
                ByteBufUtil.writeUtf8(out, TextOutput.of(typeOid, value));
            case Oid.JSONB -> {
                out.writeByte(JSONB_VERSION);
                ByteBufUtil.writeUtf8(out, value.toString());
            }
            case Oid.BYTEA -> out.writeBytes(as(byte[].class, value));
            case Oid.UUID -> {
                UUID uuid = value instanceof String text ? UUID.fromString(text) : as(UUID.class, value);
                out.writeLong(uuid.getMostSignificantBits());
                out.writeLong(uuid.getLeastSignificantBits());
            }
            case Oid.DATE -> out.writeInt((int) ChronoUnit.DAYS.between(EPOCH, as(LocalDate.class, value)));
            case Oid.TIME -> out.writeLong(as(LocalTime.class, value).toNanoOfDay() / NANOS_OF_MICRO);
            case Oid.TIMESTAMP -> out.writeLong(micros(as(LocalDateTime.class, value)));
            case Oid.TIMESTAMPTZ -> out.writeLong(micros(LocalDateTime.ofInstant(instant(value), ZoneOffset.UTC)));
            default ->
                throw new PgErrorException(
                        SqlState.FEATURE_NOT_SUPPORTED,
                        "no binary output for type " + Integer.toUnsignedString(typeOid));
        }
    }

    private static long micros(LocalDateTime at) {
        return ChronoUnit.MICROS.between(EPOCH.atStartOfDay(), at);
    }

    private static Instant instant(Object value) {
        return value instanceof Instant at
                ? at
                : as(OffsetDateTime.class, value).toInstant();
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof BigDecimal number
                ? number
                : new BigDecimal(as(Number.class, value).toString());
    }

    private static long integer(Object value, long least, long most) {
        if (value instanceof Integer number && number >= least && number <= most) {
            return number;
        }
        BigDecimal exact = decimal(value);
        if (exact.compareTo(BigDecimal.valueOf(least)) < 0 || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new PgErrorException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "integer out of range");
        }
        return exact.setScale(0, RoundingMode.HALF_UP).longValueExact();
    }

    private static <T> T as(Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw new PgErrorException(
                    SqlState.DATATYPE_MISMATCH,
                    "a value of " + value.getClass().getName() + " does not fit its column");
        }
        return type.cast(value);
    }
}
