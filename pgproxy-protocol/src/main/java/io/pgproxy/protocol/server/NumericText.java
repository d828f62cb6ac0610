package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.Oid;

/**
 * numeric as text out of its binary format, see {@link NumericOutput}, in time that grows with its length alone.
 *
 * <p>See {@code get_str_from_var} in the server's numeric.c.
 */
final class NumericText {
    static final int NAN = 0xc000;
    static final int INFINITY = 0xd000;
    static final int MINUS_INFINITY = 0xf000;

    private static final int NEGATIVE = 0x4000;
    private static final int MOST_PLACES = 0x3fff;
    private static final int DECIMALS_OF_DIGIT = 4;
    private static final int LARGEST_DIGIT = 9999;

    private NumericText() {}

    static String read(ByteBuf in) {
        int count = in.readUnsignedShort();
        int weight = in.readShort();
        int sign = in.readUnsignedShort();
        int places = in.readUnsignedShort();
        int digits = in.readerIndex();
        in.skipBytes(count * 2);
        return switch (sign) {
            case NAN -> "NaN";
            case INFINITY -> "Infinity";
            case MINUS_INFINITY -> "-Infinity";
            case 0, NEGATIVE -> finite(in, sign == NEGATIVE, weight, places, digits, count);
            default -> throw ValueText.invalidBinary(Oid.NUMERIC);
        };
    }

    private static String finite(ByteBuf in, boolean negative, int weight, int places, int digits, int count) {
        if (places > MOST_PLACES) {
            throw ValueText.invalidBinary(Oid.NUMERIC);
        }
        StringBuilder text = new StringBuilder(Math.max(weight + 1, 1) * DECIMALS_OF_DIGIT + places + 6);
        if (negative) {
            text.append('-');
        }
        int whole = text.length();
        for (int i = 0; i <= weight; i++) {
            append(text, digit(in, digits, count, i), text.length() > whole);
        }
        if (text.length() == whole) {
            text.append('0');
        }
        if (places > 0) {
            text.append('.');
            int end = text.length() + places;
            for (int i = weight + 1; text.length() < end; i++) {
                append(text, digit(in, digits, count, i), true);
            }
            text.setLength(end);
        }
        return text.toString();
    }

    /** What is not sent is zero. */
    private static int digit(ByteBuf in, int digits, int count, int i) {
        if (i < 0 || i >= count) {
            return 0;
        }
        int digit = in.getUnsignedShort(digits + 2 * i);
        if (digit > LARGEST_DIGIT) {
            throw ValueText.invalidBinary(Oid.NUMERIC);
        }
        return digit;
    }

    /** Four places, but for the first digit that is not zero. */
    private static void append(StringBuilder text, int digit, boolean padded) {
        if (!padded) {
            if (digit != 0) {
                text.append(digit);
            }
            return;
        }
        text.append((char) ('0' + digit / 1000))
                .append((char) ('0' + digit / 100 % 10))
                .append((char) ('0' + digit / 10 % 10))
                .append((char) ('0' + digit % 10));
    }
}
