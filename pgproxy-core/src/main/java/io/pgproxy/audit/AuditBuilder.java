package io.pgproxy.audit;

import java.time.Clock;
import java.time.Duration;

/** Options of an {@link Audit}. Each has a default. Not thread-safe. */
public final class AuditBuilder {
    private final AuditSink sink;
    private int capacity = 10_000;
    private WhenFull whenFull = WhenFull.DROP;
    private AuditText text = AuditText.NORMALIZED;
    private Duration patience = Duration.ofSeconds(10);
    private Duration closeDeadline = Duration.ofSeconds(5);
    private Clock clock = Clock.systemUTC();

    AuditBuilder(AuditSink sink) {
        this.sink = sink;
    }

    /**
     * How many records may wait to be written; 10,000 if not set. A record with a text of more than 10,000 characters
     * counts once more for each 10,000 of them. The memory for it is bounded so, and small while the sink keeps up.
     *
     * @param records at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public AuditBuilder capacity(int records) {
        if (records < 1) {
            throw new IllegalArgumentException("a capacity of " + records);
        }
        capacity = records;
        return this;
    }

    /**
     * What happens when so many wait; {@link WhenFull#DROP} if not set.
     *
     * @param then whether records are lost or clients wait
     * @return this
     */
    public AuditBuilder whenFull(WhenFull then) {
        whenFull = then;
        return this;
    }

    /**
     * What records have of texts; {@link AuditText#NORMALIZED} if not set.
     *
     * @param shown with constants or without, or nothing
     * @return this
     */
    public AuditBuilder text(AuditText shown) {
        text = shown;
        return this;
    }

    /**
     * How long an execution, a statement or a session waits for room with {@link WhenFull#BLOCK}, before it is refused
     * with 53400 (configuration_limit_exceeded: the limit is {@link #capacity}); 10 s if not set. A session waits
     * within the deadline of its login.
     *
     * @param longest positive
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public AuditBuilder patience(Duration longest) {
        patience = positive(longest);
        return this;
    }

    /**
     * How long {@link Audit#close} lets the sink write what still waits; 5 s if not set.
     *
     * @param longest positive
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public AuditBuilder closeDeadline(Duration longest) {
        closeDeadline = positive(longest);
        return this;
    }

    /**
     * What tells the time of records; the system's if not set. It is asked on event loops.
     *
     * @param time thread-safe
     * @return this
     */
    public AuditBuilder clock(Clock time) {
        clock = time;
        return this;
    }

    private static Duration positive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("not a positive duration: " + duration);
        }
        return duration;
    }

    int capacity() {
        return capacity;
    }

    WhenFull whenFull() {
        return whenFull;
    }

    AuditText text() {
        return text;
    }

    Duration patience() {
        return patience;
    }

    Duration closeDeadline() {
        return closeDeadline;
    }

    Clock clock() {
        return clock;
    }

    /** {@return the audit, with its thread} Its owner closes it, which closes the sink. */
    public Audit build() {
        return new Audit(sink, this);
    }
}
