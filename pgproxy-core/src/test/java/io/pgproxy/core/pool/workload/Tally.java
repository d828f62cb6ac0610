package io.pgproxy.core.pool.workload;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the clients of a workload have asked, and what was wrong about the answers. Thread-safe. */
final class Tally {
    /** Later ones are but counted: what goes wrong tends to go wrong in every round. */
    private static final int KEPT = 50;

    private final LongAdder asked = new LongAdder();
    private final AtomicInteger wrong = new AtomicInteger();
    private final Queue<String> kept = new ConcurrentLinkedQueue<>();

    /** One query was answered. */
    void asked() {
        asked.increment();
    }

    long queries() {
        return asked.sum();
    }

    void asked(long more) {
        asked.add(more);
    }

    /** Notes a difference. */
    void same(String who, String what, @Nullable Object seen, @Nullable Object expected) {
        if (!Objects.equals(seen, expected)) {
            wrong(who, what + ": saw " + shown(seen) + ", not " + shown(expected));
        }
    }

    void wrong(String who, String what) {
        if (wrong.incrementAndGet() <= KEPT) {
            kept.add(who + ": " + what);
        }
    }

    /** Somebody has failed altogether. */
    void failed(String who, Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        wrong(who, trace.toString());
    }

    /** Throws what was wrong, if anything was. */
    void assertAllRight(String about) {
        if (wrong.get() > 0) {
            throw new AssertionError(
                    wrong + " answers of " + queries() + " were wrong, " + about + ":\n" + String.join("\n", kept));
        }
    }

    private static String shown(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() <= 300 ? text : text.substring(0, 300) + "… (" + text.length() + " characters)";
    }
}
