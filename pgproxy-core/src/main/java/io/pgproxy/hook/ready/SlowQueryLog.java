package io.pgproxy.hook.ready;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs executions that took long, one line each, at level INFO to the logger of this class's name. Any thread.
 *
 * <p>The line has the session, the user, the kind of statement, how it ended and where, rows, bytes, the time that it
 * waited and the time that it ran, and the text with {@code ?} for each constant. It never has a parameter, a constant,
 * a value of a row or a message of the server's.
 */
public final class SlowQueryLog implements ObserveHook {
    private static final Logger log = LoggerFactory.getLogger(SlowQueryLog.class);
    private static final int LONGEST_TEXT = 1000;

    private final Duration threshold;

    /**
     * A log of what takes longer than so.
     *
     * @param threshold waiting and running together; zero for everything
     * @throws IllegalArgumentException if it is negative
     */
    public SlowQueryLog(Duration threshold) {
        if (threshold.isNegative()) {
            throw new IllegalArgumentException("a negative threshold: " + threshold);
        }
        this.threshold = threshold;
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        String line = line(execution, outcome);
        if (line != null) {
            log.info("{}", line);
        }
    }

    /** The line, or null if it was not slow. */
    @Nullable
    String line(Execution execution, Outcome outcome) {
        if (outcome.waited().plus(outcome.ran()).compareTo(threshold) < 0) {
            return null;
        }
        Statement statement = execution.statement();
        PgError error = outcome.error();
        return "slow: session=" + execution.session().id()
                + " user=" + oneLine(execution.session().user())
                + " kind=" + statement.facts().kind()
                + " status=" + outcome.status()
                + (error == null ? "" : " sqlstate=" + oneLine(error.sqlState()))
                + " source=" + outcome.source()
                + " upstreams=" + outcome.upstreams()
                + " rows=" + outcome.rows()
                + " bytes=" + outcome.bytes()
                + " waited_ms=" + outcome.waited().toMillis()
                + " ran_ms=" + outcome.ran().toMillis()
                + " sql=" + oneLine(statement.normalized());
    }

    /** A name may hold the end of a line, and then what looks like another one. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST_TEXT) + 1);
        for (int i = 0; i < text.length() && i < LONGEST_TEXT; i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) || isLineEnd(c) ? '?' : c);
        }
        return text.length() > LONGEST_TEXT ? line.append('…').toString() : line.toString();
    }

    private static boolean isLineEnd(char c) {
        int type = Character.getType(c);
        return type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }
}
