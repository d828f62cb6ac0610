package io.pgproxy.protocol.server;

import io.pgproxy.protocol.SqlState;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Dates and times out of their text in ISO style, as the numbers that the server sends. */
final class TimeInput {
    private static final String DAY = "([0-9]{4,7})-([0-9]{1,2})-([0-9]{1,2})";
    private static final String HOUR = "([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?";
    private static final String ZONE = "(?: ?(Z)| ?([+-])([0-9]{1,2})(?::?([0-9]{2})(?::?([0-9]{2}))?)?)";
    private static final Pattern DATE = Pattern.compile(DAY + "( BC)?");
    private static final Pattern TIME = Pattern.compile(HOUR);
    private static final Pattern TIMESTAMP = Pattern.compile(DAY + "(?:[ T]" + HOUR + ")?( BC)?");
    private static final Pattern TIMESTAMPTZ = Pattern.compile(DAY + "(?:[ T]" + HOUR + ")?" + ZONE + "( BC)?");

    private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);
    /** See "Date/Time Types" in the PostgreSQL manual. */
    private static final LocalDate FIRST_DATE = LocalDate.of(-4713, 11, 24);

    private static final LocalDate LAST_DATE = LocalDate.of(5_874_897, 12, 31);
    private static final LocalDate LAST_TIMESTAMP = LocalDate.of(294_276, 12, 31);
    private static final long MICROS_OF_SECOND = 1_000_000;
    private static final long MICROS_OF_DAY = 86_400 * MICROS_OF_SECOND;
    private static final int DIGITS_OF_NANO = 9;

    private TimeInput() {}

    static int date(String text) {
        if (isInfinity(text)) {
            return text.startsWith("-") ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        Matcher matcher = DATE.matcher(text);
        if (!matcher.matches()) {
            throw TextToBinary.invalid("date");
        }
        return (int) days(matcher, matcher.group(4) != null, LAST_DATE);
    }

    static long time(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw TextToBinary.invalid("time");
        }
        return micros(matcher, 1);
    }

    static long timestamp(String text) {
        if (isInfinity(text)) {
            return infinity(text);
        }
        Matcher matcher = TIMESTAMP.matcher(text);
        if (!matcher.matches()) {
            throw TextToBinary.invalid("timestamp");
        }
        return days(matcher, matcher.group(8) != null, LAST_TIMESTAMP) * MICROS_OF_DAY + micros(matcher, 4);
    }

    static long timestamptz(String text) {
        if (isInfinity(text)) {
            return infinity(text);
        }
        Matcher matcher = TIMESTAMPTZ.matcher(text);
        if (!matcher.matches()) {
            throw TextToBinary.invalid("timestamp with time zone");
        }
        long local = days(matcher, matcher.group(13) != null, LAST_TIMESTAMP) * MICROS_OF_DAY + micros(matcher, 4);
        long offset = number(matcher.group(10)) * 3600 + number(matcher.group(11)) * 60 + number(matcher.group(12));
        return "-".equals(matcher.group(9)) ? local + offset * MICROS_OF_SECOND : local - offset * MICROS_OF_SECOND;
    }

    private static boolean isInfinity(String text) {
        return text.equalsIgnoreCase("infinity") || text.equalsIgnoreCase("-infinity");
    }

    private static long infinity(String text) {
        return text.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private static long days(Matcher matcher, boolean beforeChrist, LocalDate last) {
        int year = (int) number(matcher.group(1));
        LocalDate date;
        try {
            date = LocalDate.of(
                    beforeChrist ? 1 - year : year, (int) number(matcher.group(2)), (int) number(matcher.group(3)));
        } catch (DateTimeException cause) {
            throw overflow();
        }
        if (year == 0 || date.isBefore(FIRST_DATE) || date.isAfter(last)) {
            throw overflow();
        }
        return ChronoUnit.DAYS.between(EPOCH, date);
    }

    /** The server rounds to microseconds, and takes 24:00:00 and the leap second. */
    private static long micros(Matcher matcher, int group) {
        long hour = number(matcher.group(group));
        long minute = number(matcher.group(group + 1));
        long second = number(matcher.group(group + 2));
        long micros = fraction(matcher.group(group + 3));
        long all = ((hour * 60 + minute) * 60 + second) * MICROS_OF_SECOND + micros;
        if (minute > 59 || second > 60 || all > MICROS_OF_DAY) {
            throw overflow();
        }
        return all;
    }

    private static long fraction(@Nullable String digits) {
        if (digits == null) {
            return 0;
        }
        long nanos = Long.parseLong(digits + "0".repeat(DIGITS_OF_NANO - digits.length()));
        return Math.round(nanos / 1000.0);
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static PgErrorException overflow() {
        return new PgErrorException(SqlState.DATETIME_FIELD_OVERFLOW, "date/time field value out of range");
    }
}
