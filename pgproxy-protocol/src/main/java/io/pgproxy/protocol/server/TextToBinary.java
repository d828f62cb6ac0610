package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the send functions of the server give for a text that its input functions take. */
final class TextToBinary {
    /** Java's own parsers take more: hexadecimal floats, suffixes, digits of other scripts. */
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,20}");

    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][+-]?[0-9]{1,9})?");
    private static final Pattern OCTAL = Pattern.compile("\\\\[0-3][0-7]{2}");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{32}");
    private static final long LARGEST_OID = 0xffff_ffffL;
    /** See NUMERIC_WEIGHT_MAX and NUMERIC_DSCALE_MAX in the server's numeric.c. */
    private static final int MOST_WHOLE_DIGITS = 131_072;

    private static final int MOST_PLACES = 16_383;
    private static final int JSONB_VERSION = 1;

    private TextToBinary() {}

    static void write(ByteBuf out, int typeOid, String text) {
        switch (typeOid) {
            case Oid.BOOL -> out.writeBoolean(bool(text.strip()));
            case Oid.CHAR -> out.writeByte(character(text));
            case Oid.INT2 -> out.writeShort((int) integer(text.strip(), Short.MIN_VALUE, Short.MAX_VALUE));
            case Oid.INT4 -> out.writeInt((int) integer(text.strip(), Integer.MIN_VALUE, Integer.MAX_VALUE));
            case Oid.INT8 -> out.writeLong(integer(text.strip(), Long.MIN_VALUE, Long.MAX_VALUE));
            case Oid.OID -> out.writeInt((int) integer(text.strip(), 0, LARGEST_OID));
            case Oid.FLOAT4 -> out.writeFloat(float4(text.strip()));
            case Oid.FLOAT8 -> out.writeDouble(float8(text.strip()));
            case Oid.NUMERIC -> numeric(out, text.strip());
            case Oid.BYTEA -> bytea(out, text);
            case Oid.UUID -> uuid(out, text);
            case Oid.DATE -> out.writeInt(TimeInput.date(text.strip()));
            case Oid.TIME -> out.writeLong(TimeInput.time(text.strip()));
            case Oid.TIMESTAMP -> out.writeLong(TimeInput.timestamp(text.strip()));
            case Oid.TIMESTAMPTZ -> out.writeLong(TimeInput.timestamptz(text.strip()));
            case Oid.JSONB -> {
                out.writeByte(JSONB_VERSION);
                text(out, text);
            }
            case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR, Oid.NAME, Oid.REFCURSOR, Oid.UNKNOWN, Oid.JSON, Oid.XML ->
                text(out, text);
            default ->
                throw new PgErrorException(PgError.of(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "binary values of type " + Integer.toUnsignedString(typeOid)
                                        + " cannot be written here")
                        .withHint("Ask for the result in text format."));
        }
    }

    static PgErrorException invalid(String type) {
        return new PgErrorException(
                SqlState.INVALID_TEXT_REPRESENTATION, "invalid input syntax for a value of type " + type);
    }

    private static PgErrorException outOfRange(String type) {
        return new PgErrorException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "value out of range for type " + type);
    }

    private static void text(ByteBuf out, String text) {
        try {
            out.writeBytes(CString.encode(text));
        } catch (IllegalArgumentException cause) {
            throw new PgErrorException(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "a text cannot hold a zero character");
        }
    }

    /** Any unique beginning of a word, see {@code parse_bool_with_len} in the server's bool.c. */
    private static boolean bool(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (!word.isEmpty()) {
            if ("true".startsWith(word) || "yes".startsWith(word) || word.equals("on") || word.equals("1")) {
                return true;
            }
            boolean off = word.equals("of") || word.equals("off");
            if ("false".startsWith(word) || "no".startsWith(word) || off || word.equals("0")) {
                return false;
            }
        }
        throw invalid("boolean");
    }

    /** As {@code charin}: the first byte of the text, or a byte in octal. */
    private static int character(String text) {
        if (OCTAL.matcher(text).matches()) {
            return Integer.parseInt(text.substring(1), 8);
        }
        return text.isEmpty() ? 0 : CString.encode(text.substring(0, text.offsetByCodePoints(0, 1)))[0];
    }

    private static long integer(String text, long least, long most) {
        if (!INTEGER.matcher(text).matches()) {
            throw invalid("integer");
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException cause) {
            throw outOfRange("integer");
        }
        throw outOfRange("integer");
    }

    private static float float4(String text) {
        double special = special(text);
        if (special != 0) {
            return (float) special;
        }
        float value = Float.parseFloat(decimal(text, "real"));
        if (Float.isInfinite(value) || (value == 0 && hasValue(text))) {
            throw outOfRange("real");
        }
        return value;
    }

    private static double float8(String text) {
        double special = special(text);
        if (special != 0) {
            return special;
        }
        double value = Double.parseDouble(decimal(text, "double precision"));
        if (Double.isInfinite(value) || (value == 0 && hasValue(text))) {
            throw outOfRange("double precision");
        }
        return value;
    }

    /** NaN and the infinities; 0 for all else. */
    private static double special(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "infinity", "+infinity", "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> 0;
        };
    }

    private static String decimal(String text, String type) {
        if (!DECIMAL.matcher(text).matches()) {
            throw invalid(type);
        }
        return text;
    }

    /** Whether a digit in front of the exponent is not zero. */
    private static boolean hasValue(String text) {
        return text.chars().takeWhile(c -> c != 'e' && c != 'E').anyMatch(c -> c >= '1' && c <= '9');
    }

    private static void numeric(ByteBuf out, String text) {
        double special = special(text);
        if (special != 0) {
            int sign = Double.isNaN(special)
                    ? NumericText.NAN
                    : special > 0 ? NumericText.INFINITY : NumericText.MINUS_INFINITY;
            out.writeInt(0).writeShort(sign).writeShort(0);
            return;
        }
        BigDecimal value = new BigDecimal(decimal(text, "numeric"));
        // Compared before the digits are made: 1e999999999 is a short text.
        if ((long) value.precision() - value.scale() > MOST_WHOLE_DIGITS || value.scale() > MOST_PLACES) {
            throw outOfRange("numeric");
        }
        if (value.signum() == 0 && value.scale() < 0) {
            value = BigDecimal.ZERO;
        }
        NumericOutput.write(out, value);
    }

    /** Hex or escape format, see "Binary Data Types" in the PostgreSQL manual. */
    private static void bytea(ByteBuf out, String text) {
        if (text.startsWith("\\x")) {
            try {
                out.writeBytes(ByteBufUtil.decodeHexDump(text, 2, text.length() - 2));
            } catch (IllegalArgumentException cause) {
                throw invalid("bytea");
            }
            return;
        }
        byte[] bytes = text.isEmpty() ? new byte[0] : CString.encode(text);
        int i = 0;
        while (i < bytes.length) {
            if (bytes[i] != '\\') {
                out.writeByte(bytes[i++]);
            } else if (i + 1 < bytes.length && bytes[i + 1] == '\\') {
                out.writeByte('\\');
                i += 2;
            } else if (i + 3 < bytes.length
                    && isOctal(bytes[i + 1], '3')
                    && isOctal(bytes[i + 2], '7')
                    && isOctal(bytes[i + 3], '7')) {
                out.writeByte((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + bytes[i + 3] - '0');
                i += 4;
            } else {
                throw invalid("bytea");
            }
        }
    }

    private static boolean isOctal(byte digit, char largest) {
        return digit >= '0' && digit <= largest;
    }

    private static void uuid(ByteBuf out, String text) {
        String plain = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        String digits = plain.replace("-", "");
        if (!UUID.matcher(digits).matches()) {
            throw invalid("uuid");
        }
        out.writeLong(Long.parseUnsignedLong(digits, 0, 16, 16));
        out.writeLong(Long.parseUnsignedLong(digits, 16, 32, 16));
    }
}
