package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBufUtil;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoEra;
import java.util.Locale;

/** Values as the output functions of the server print them: DateStyle ISO, TimeZone UTC, bytea_output hex. */
final class TextOutput {
    /** Above these exponents the server prints float4 and float8 with an exponent. */
    private static final int FLOAT4_PLAIN = 6;

    private static final int FLOAT8_PLAIN = 15;
    private static final int SMALLEST_PLAIN = -4;
    private static final int NANOS_OF_MICRO = 1000;

    private TextOutput() {}

    static String of(int typeOid, Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "t" : "f";
        } else if (value instanceof byte[] bytes) {
            return "\\x" + ByteBufUtil.hexDump(bytes);
        } else if (value instanceof Float number) {
            return number.isNaN() || number.isInfinite()
                    ? number.toString()
                    : floating(number.toString().charAt(0), ShortestDecimal.of(Math.abs(number)), FLOAT4_PLAIN);
        } else if (value instanceof Double number) {
            return number.isNaN() || number.isInfinite()
                    ? number.toString()
                    : floating(number.toString().charAt(0), ShortestDecimal.of(Math.abs(number)), FLOAT8_PLAIN);
        } else if (value instanceof BigDecimal number) {
            return number.toPlainString();
        } else if (value instanceof LocalDate date) {
            return date(date) + era(date);
        } else if (value instanceof LocalTime time) {
            return time(time);
        } else if (value instanceof LocalDateTime at) {
            return date(at.toLocalDate()) + " " + time(at.toLocalTime()) + era(at.toLocalDate());
        } else if (value instanceof OffsetDateTime at) {
            return instant(at.toInstant());
        } else if (value instanceof Instant at) {
            return instant(at);
        }
        return value.toString();
    }

    private static String instant(Instant instant) {
        LocalDateTime at = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return date(at.toLocalDate()) + " " + time(at.toLocalTime()) + "+00" + era(at.toLocalDate());
    }

    private static String date(LocalDate date) {
        // The year before 1 is 1 BC for the server and 0 for ISO.
        int year = date.getEra() == IsoEra.CE ? date.getYear() : 1 - date.getYear();
        return String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
    }

    private static String era(LocalDate date) {
        return date.getEra() == IsoEra.CE ? "" : " BC";
    }

    private static String time(LocalTime time) {
        String seconds =
                String.format(Locale.ROOT, "%02d:%02d:%02d", time.getHour(), time.getMinute(), time.getSecond());
        int micros = time.getNano() / NANOS_OF_MICRO;
        if (micros == 0) {
            return seconds;
        }
        String fraction = String.format(Locale.ROOT, "%06d", micros);
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        return seconds + "." + fraction.substring(0, end);
    }

    /** The digits laid out as the server does it; zero has a sign too. */
    private static String floating(char first, BigDecimal shortest, int plain) {
        String sign = first == '-' ? "-" : "";
        BigDecimal number = shortest.stripTrailingZeros();
        if (number.signum() == 0) {
            return sign + "0";
        }
        int exponent = number.precision() - number.scale() - 1;
        if (exponent >= SMALLEST_PLAIN && exponent < plain) {
            return sign + number.toPlainString();
        }
        String digits = number.unscaledValue().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return sign + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + String.format(Locale.ROOT, "%02d", Math.abs(exponent));
    }
}
