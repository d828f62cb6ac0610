package io.pgproxy.protocol.server;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The fewest digits that lie nearer to a number than to its neighbours, and of those the nearest: what the server
 * prints for float4 and float8.
 *
 * <p>Java's own {@code toString} finds them from version 19 on only. As in the server's d2s.c and f2s.c a number half
 * way to a neighbour belongs to neither.
 */
final class ShortestDecimal {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final double LARGEST_EXACT = 1e15;
    private static final int MOST_DIGITS = 17;

    private ShortestDecimal() {}

    /** A finite number that is not negative. */
    static BigDecimal of(double number) {
        if (number < LARGEST_EXACT && number == Math.rint(number)) {
            return BigDecimal.valueOf((long) number);
        }
        BigDecimal exact = new BigDecimal(number);
        BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(number)));
        BigDecimal above = number == Double.MAX_VALUE ? below : new BigDecimal(Math.nextUp(number)).subtract(exact);
        return shortest(exact, below.divide(TWO), above.divide(TWO));
    }

    /** A finite number that is not negative. */
    static BigDecimal of(float number) {
        if (number == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal exact = new BigDecimal(number);
        BigDecimal below = exact.subtract(new BigDecimal(Math.nextDown(number)));
        BigDecimal above = number == Float.MAX_VALUE ? below : new BigDecimal(Math.nextUp(number)).subtract(exact);
        return shortest(exact, below.divide(TWO), above.divide(TWO));
    }

    private static BigDecimal shortest(BigDecimal exact, BigDecimal below, BigDecimal above) {
        for (int digits = 1; digits < MOST_DIGITS; digits++) {
            BigDecimal down = exact.round(new MathContext(digits, RoundingMode.DOWN));
            BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
            boolean downFits = exact.subtract(down).compareTo(below) < 0;
            boolean upFits = up.subtract(exact).compareTo(above) < 0;
            if (downFits && upFits) {
                return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            } else if (downFits || upFits) {
                return downFits ? down : up;
            }
        }
        return exact.round(new MathContext(MOST_DIGITS, RoundingMode.HALF_EVEN));
    }
}
