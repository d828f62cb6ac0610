package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * numeric in binary format: digits to the base of 10,000.
 *
 * <p>See {@code numeric_send} in the server's numeric.c: the number of digits, the weight of the first one as a power
 * of 10,000, the sign, the number of decimal places to show, the digits; two bytes each.
 */
final class NumericOutput {
    private static final BigInteger BASE = BigInteger.valueOf(10_000);
    private static final int DECIMALS_OF_DIGIT = 4;
    private static final int NEGATIVE = 0x4000;

    private NumericOutput() {}

    static void write(ByteBuf out, BigDecimal value) {
        BigDecimal number = value.scale() < 0 ? value.setScale(0) : value;
        int places = number.scale();
        int padded = (places + DECIMALS_OF_DIGIT - 1) / DECIMALS_OF_DIGIT * DECIMALS_OF_DIGIT;
        BigInteger rest = number.abs().setScale(padded).unscaledValue();
        Deque<Integer> digits = new ArrayDeque<>();
        int weight = -padded / DECIMALS_OF_DIGIT - 1;
        while (rest.signum() > 0) {
            BigInteger[] split = rest.divideAndRemainder(BASE);
            digits.addFirst(split[1].intValue());
            rest = split[0];
            weight++;
        }
        while (!digits.isEmpty() && digits.getLast() == 0) {
            digits.removeLast();
        }
        out.writeShort(digits.size());
        out.writeShort(digits.isEmpty() ? 0 : weight);
        out.writeShort(number.signum() < 0 ? NEGATIVE : 0);
        out.writeShort(places);
        digits.forEach(out::writeShort);
    }
}
