package io.pgproxy.hook;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Under which terms something runs. Terms combine to the least limits and the union of settings.
 *
 * <p>Settings are in force when it begins. A client's own SET of one is refused, and so are {@code set_config}, DO and
 * the built-in functions that run a text, such as {@code query_to_xml}. A user's function can still change one until
 * the statement ends: functions have to be trusted, or refused.
 *
 * <p>A result above a limit ends with 54000, behind the rows up to the limit, one above the time with 57014; the
 * upstream is cancelled and the session goes on.
 *
 * @param maxRows how many rows a result may have
 * @param maxBytes how many bytes of rows a result may have; the description in front of them may count, too
 * @param maxTime how long it may run; zero: as long as it likes; of a Query with several statements the least holds for
 *     all of it
 * @param settings the upstream's settings by name
 */
public record Terms(long maxRows, long maxBytes, Duration maxTime, Map<String, String> settings) {
    /** No limit and no setting. */
    public static final Terms NONE = new Terms(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO, Map.of());

    /**
     * Copies the settings.
     *
     * @param maxRows not negative
     * @param maxBytes not negative
     * @param maxTime not negative
     * @param settings by name, in whatever case
     */
    public Terms {
        if (maxRows < 0 || maxBytes < 0 || maxTime.isNegative()) {
            throw new IllegalArgumentException("a negative limit");
        }
        Map<String, String> folded = new TreeMap<>();
        settings.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("no setting, or a zero character in it: " + name);
            }
            String other = folded.put(name.toLowerCase(Locale.ROOT), value);
            if (other != null && !other.equals(value)) {
                throw new IllegalArgumentException("two values for the setting " + name);
            }
        });
        settings = Map.copyOf(folded);
    }

    /**
     * At most so many rows.
     *
     * @param most not negative
     * @return the terms
     */
    public static Terms rows(long most) {
        return new Terms(most, Long.MAX_VALUE, Duration.ZERO, Map.of());
    }

    /**
     * At most so many bytes of rows.
     *
     * @param most not negative
     * @return the terms
     */
    public static Terms bytes(long most) {
        return new Terms(Long.MAX_VALUE, most, Duration.ZERO, Map.of());
    }

    /**
     * At most so long.
     *
     * @param most positive
     * @return the terms
     * @throws IllegalArgumentException if it is zero or less: a hook that lets it escape fails, closed
     */
    public static Terms time(Duration most) {
        if (most.isZero()) {
            throw new IllegalArgumentException("a limit of no time");
        }
        return new Terms(Long.MAX_VALUE, Long.MAX_VALUE, most, Map.of());
    }

    /**
     * With a setting in force.
     *
     * @param name the setting
     * @param value its value as for {@code set_config}
     * @return the terms
     */
    public static Terms setting(String name, String value) {
        return new Terms(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO, Map.of(name, value));
    }

    /**
     * The stricter of both in each point.
     *
     * @param other other terms
     * @return both
     * @throws IllegalStateException if both want a setting with different values: nobody can say which is right
     */
    public Terms and(Terms other) {
        if (other.equals(NONE) || other.equals(this)) {
            return this;
        }
        if (equals(NONE)) {
            return other;
        }
        Duration time = maxTime.isZero() || (!other.maxTime.isZero() && other.maxTime.compareTo(maxTime) < 0)
                ? other.maxTime
                : maxTime;
        return new Terms(
                Math.min(maxRows, other.maxRows), Math.min(maxBytes, other.maxBytes), time, union(other.settings));
    }

    private Map<String, String> union(Map<String, String> others) {
        Map<String, String> union = new TreeMap<>(settings);
        others.forEach((name, value) -> {
            String mine = union.put(name, value);
            if (mine != null && !mine.equals(value)) {
                throw new IllegalStateException("two values are wanted for the setting " + name);
            }
        });
        return union;
    }

    /** {@return the limits and the names of the settings, without their values} */
    @Override
    public String toString() {
        return "Terms[rows=" + maxRows + ", bytes=" + maxBytes + ", time=" + maxTime + ", settings=" + settings.keySet()
                + "]";
    }
}
