package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.SqlState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** numeric out of its binary format, see {@link NumericOutput}; NaN and the infinities have no BigDecimal. */
final class NumericInput {
    private static final BigInteger BASE = BigInteger.valueOf(10_000);
    private static final int DECIMALS_OF_DIGIT = 4;
    private static final int NEGATIVE = 0x4000;
    private static final int MOST_PLACES = 0x3fff;

    private NumericInput() {}

    static BigDecimal read(ByteBuf in) {
        int count = in.readUnsignedShort();
        int weight = in.readShort();
        int sign = in.readUnsignedShort();
        int places = in.readUnsignedShort();
        if ((sign != 0 && sign != NEGATIVE) || places > MOST_PLACES) {
            throw new PgErrorException(SqlState.NUMERIC_VALUE_OUT_OF_RANGE, "numeric value out of range");
        }
        BigInteger digits = BigInteger.ZERO;
        for (int i = 0; i < count; i++) {
            digits = digits.multiply(BASE).add(BigInteger.valueOf(in.readUnsignedShort()));
        }
        BigDecimal value = new BigDecimal(sign == NEGATIVE ? digits.negate() : digits)
                .scaleByPowerOfTen((weight - count + 1) * DECIMALS_OF_DIGIT);
        return value.setScale(places, RoundingMode.HALF_UP);
    }
}
