package io.pgproxy.sql.structure;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.internal.structure.StructureReading;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the structure of statements on threads of its own, since that takes 40 µs to a second and a deep stack. Whoever
 * makes one closes it. Nothing here blocks the caller, throws for a text, or completes with an exception: what is not
 * found in time, or at all, is an {@link UnknownTree}.
 *
 * <p>Nothing is remembered from one call to the next.
 */
public final class StructureParser implements AutoCloseable {
    private static final AtomicInteger PARSERS = new AtomicInteger();
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSING_SECONDS = 5;

    private final StructureSettings settings;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor clock;
    private volatile boolean closed;

    /**
     * A parser; its threads start with the first statement.
     *
     * @param settings how much it may use
     */
    public StructureParser(StructureSettings settings) {
        this.settings = settings;
        String name = "pgproxy-structure-" + PARSERS.incrementAndGet();
        AtomicInteger number = new AtomicInteger();
        ThreadFactory workers = work -> thread(work, name + "-" + number.incrementAndGet(), settings.stackBytes());
        threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queue()),
                workers);
        threads.allowCoreThreadTimeOut(true);
        clock = new ScheduledThreadPoolExecutor(1, work -> thread(work, name + "-clock", 0));
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable work, String name, long stackBytes) {
        Thread thread = new Thread(null, work, name, stackBytes);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Finds the structure of a statement while {@code standard_conforming_strings} is on.
     *
     * @param text UTF-8 that holds the statement, not to be changed until the result is there
     * @param from the offset of the statement's first byte
     * @param to the offset behind its last byte; a semicolon there does no harm, one within makes the structure unknown
     * @param facts what is known of the statement; a structure that contradicts them is unknown
     * @return the structure, completed by a thread of this parser's or, if nothing can be done, by the caller's; its
     *     offsets are those of {@code text}. What depends on it should hand over to another thread
     * @throws IndexOutOfBoundsException if the statement does not lie within the text
     */
    public CompletionStage<SqlTree> parse(byte[] text, int from, int to, Facts facts) {
        return parse(text, from, to, true, facts);
    }

    /**
     * Finds the structure of a statement.
     *
     * @param text UTF-8 that holds the statement, not to be changed until the result is there
     * @param from the offset of the statement's first byte
     * @param to the offset behind its last byte
     * @param standardConformingStrings the server's setting of that name
     * @param facts what is known of the statement
     * @return the structure, as {@link #parse(byte[], int, int, Facts)} does
     * @throws IndexOutOfBoundsException if the statement does not lie within the text
     */
    public CompletionStage<SqlTree> parse(
            byte[] text, int from, int to, boolean standardConformingStrings, Facts facts) {
        Objects.checkFromToIndex(from, to, text.length);
        StructureReading reading = new StructureReading(text, from, to, standardConformingStrings, facts);
        CompletableFuture<SqlTree> result = new CompletableFuture<>();
        long deadline = System.nanoTime() + settings.deadline().toNanos();
        try {
            ScheduledFuture<?> alarm = clock.schedule(
                    () -> result.complete(unknown(Reason.DEADLINE)),
                    settings.deadline().toNanos(),
                    TimeUnit.NANOSECONDS);
            // A result that is already there must not be computed, and one that comes needs no alarm.
            var unused = result.whenComplete((tree, failure) -> alarm.cancel(false));
            threads.execute(new Job(reading, result, deadline));
        } catch (RejectedExecutionException e) {
            result.complete(unknown(closed ? Reason.CLOSED : Reason.BUSY));
        }
        return result.minimalCompletionStage();
    }

    private static UnknownTree unknown(Reason reason) {
        return new UnknownTree(reason, -1);
    }

    /** One statement on its way. */
    private final class Job implements Runnable {
        private final StructureReading reading;
        private final CompletableFuture<SqlTree> result;
        private final long deadline;

        Job(StructureReading reading, CompletableFuture<SqlTree> result, long deadline) {
            this.reading = reading;
            this.result = result;
            this.deadline = deadline;
        }

        @Override
        public void run() {
            if (result.isDone()) {
                return;
            }
            SqlTree tree = unknown(Reason.PARSER_FAILED);
            try {
                tree = reading.read(settings.limits(), deadline);
            } finally {
                // Also when memory runs out: the thread may end, but nobody waits for ever.
                result.complete(closed && tree instanceof UnknownTree ? unknown(Reason.CLOSED) : tree);
            }
        }

        void abandon() {
            result.complete(unknown(Reason.CLOSED));
        }
    }

    /**
     * Ends the threads. Statements that wait or are being read become unknown ({@link Reason#CLOSED}). Returns when the
     * threads have ended, which is at once unless they are within a statement; not to be called on an event loop.
     */
    @Override
    public void close() {
        closed = true;
        for (Runnable job : threads.shutdownNow()) {
            if (job instanceof Job waiting) {
                waiting.abandon();
            }
        }
        clock.shutdownNow();
        try {
            // Those that take longer are daemons and end with their statement's deadline.
            if (threads.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                clock.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
