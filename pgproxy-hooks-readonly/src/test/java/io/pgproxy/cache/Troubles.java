package io.pgproxy.cache;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What clients were refused, and how much of it was the test's own doing. For any thread. */
final class Troubles {
    static final String CANCELLED = "57014";

    private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> losses = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();

    /** How many queries ended by a cancel that was meant for them. */
    final AtomicInteger cancelled = new AtomicInteger();

    /** How many clients have gone without waiting for the answer to a commit. */
    final AtomicInteger vanished = new AtomicInteger();

    /** How many connections of the proxy were ended beneath it. */
    final AtomicInteger terminated = new AtomicInteger();

    /** The server has refused something. */
    void refused(String state, String message) {
        count(refused, state, message);
    }

    /** A session is over that its client did not end; or cannot go on, which nothing explains. */
    void lost(Exception failure) {
        if (isLoss(failure)) {
            lost.incrementAndGet();
            count(losses, failure instanceof SQLException e ? e.getSQLState() : "", String.valueOf(failure));
        } else {
            count(refused, "?", String.valueOf(failure));
        }
    }

    /** A read that waits too long is none: nobody is told to wait. */
    static boolean isLoss(Exception failure) {
        if (failure instanceof SQLException e) {
            return e.getSQLState() != null
                    && (e.getSQLState().startsWith("08") || e.getSQLState().equals("57P01"));
        }
        return failure instanceof SocketException || failure instanceof EOFException;
    }

    /** {@return the failure of a session whose connection has ended} */
    static IOException ended(String how) {
        return new EOFException(how);
    }

    private static void count(Map<String, AtomicInteger> where, String state, String message) {
        String key = state + " " + message.lines().findFirst().orElse("");
        where.computeIfAbsent(key, any -> new AtomicInteger()).incrementAndGet();
    }

    /** {@return what neither clients that write at once explain nor what the test has done} */
    List<String> unexplained() {
        if (lost.get() > terminated.get()) {
            return List.of("more sessions were lost than connections were ended");
        }
        return refused.keySet().stream()
                .filter(error -> !error.matches("(40001|40P01|0A000|55P03) .*"))
                .toList();
    }

    @Override
    public String toString() {
        return "errors " + refused + ", " + cancelled + " cancelled, " + vanished + " vanished, " + terminated
                + " terminated, " + lost + " lost " + losses;
    }
}
