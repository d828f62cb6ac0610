package io.pgproxy.sql.structure;

import io.pgproxy.sql.lexer.LexerLimits;
import java.time.Duration;

/**
 * How much a {@link StructureParser} may use.
 *
 * @param threads the most threads; they are started when needed and end after some idle time
 * @param queue the most statements that wait for a thread; 16,384 at most
 * @param deadline how long a statement may take, its time in the queue included
 * @param stackBytes the stack of each thread, which is address space until it is used
 * @param limits how long and how deeply nested a statement may be
 */
public record StructureSettings(int threads, int queue, Duration deadline, long stackBytes, LexerLimits limits) {
    private static final int MOST_QUEUED = 16_384;

    /** Two threads with stacks of 64 MiB, 256 waiting statements, five seconds; a megabyte and 200,000 tokens. */
    public static final StructureSettings DEFAULT = new StructureSettings(
            2,
            256,
            Duration.ofSeconds(5),
            64L << 20,
            new LexerLimits(1 << 20, 200_000, LexerLimits.DEFAULT.maxNesting()));

    /**
     * Checks each value.
     *
     * @param threads the most threads
     * @param queue the most statements that wait
     * @param deadline how long a statement may take
     * @param stackBytes the stack of each thread
     * @param limits how long and deep a statement may be
     * @throws IllegalArgumentException if a number is not positive or the queue too long
     */
    public StructureSettings {
        if (threads <= 0 || queue <= 0 || queue > MOST_QUEUED || stackBytes <= 0) {
            throw new IllegalArgumentException("no such settings: " + threads + " threads, " + queue + " queued, "
                    + stackBytes + " bytes of stack");
        }
        if (deadline.isZero() || deadline.isNegative()) {
            throw new IllegalArgumentException("no time: " + deadline);
        }
    }

    /**
     * With another number of threads.
     *
     * @param most the most threads
     * @return a copy with that value
     * @throws IllegalArgumentException if not positive
     */
    public StructureSettings withThreads(int most) {
        return new StructureSettings(most, queue, deadline, stackBytes, limits);
    }

    /**
     * With another queue.
     *
     * @param most the most statements that wait
     * @return a copy with that value
     * @throws IllegalArgumentException if not positive, or too long
     */
    public StructureSettings withQueue(int most) {
        return new StructureSettings(threads, most, deadline, stackBytes, limits);
    }

    /**
     * With another deadline.
     *
     * @param time how long a statement may take
     * @return a copy with that value
     * @throws IllegalArgumentException if not positive
     */
    public StructureSettings withDeadline(Duration time) {
        return new StructureSettings(threads, queue, time, stackBytes, limits);
    }

    /**
     * With other limits.
     *
     * @param most how long and deep a statement may be
     * @return a copy with that value
     */
    public StructureSettings withLimits(LexerLimits most) {
        return new StructureSettings(threads, queue, deadline, stackBytes, most);
    }
}
