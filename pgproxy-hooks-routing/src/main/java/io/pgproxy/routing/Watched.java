package io.pgproxy.routing;

import org.jspecify.annotations.Nullable;

/** A node, and what is known of it. Changed under the topology's lock; what event loops read is volatile. */
final class Watched {
    final Node node;
    private volatile @Nullable Sample sample;

    /** How often it has failed since it last answered. */
    int failures;

    boolean isBanned;
    volatile long bannedUntil;
    boolean isAsked;
    boolean isSplitTold;
    boolean isGone;

    Watched(Node node) {
        this.node = node;
    }

    String name() {
        return node.name();
    }

    /** What it has answered last; null if it never has. */
    @Nullable
    Sample sample() {
        return sample;
    }

    void answered(Sample latest) {
        sample = latest;
        failures = 0;
        isBanned = false;
    }

    /** Another entry for the same server is replaced by this one. */
    void knows(Watched before) {
        sample = before.sample;
        failures = before.failures;
        isBanned = before.isBanned;
        bannedUntil = before.bannedUntil;
        isSplitTold = before.isSplitTold;
    }

    /** Whether it has answered lately, and is in recovery. */
    boolean isReader() {
        Sample known = sample;
        return !isBanned && known != null && known.recovering();
    }

    /** Whether it has answered lately, and takes writes. */
    boolean takesWrites() {
        Sample known = sample;
        return !isBanned && known != null && !known.recovering();
    }

    /** Whether it has replayed what the samples' writer had at an LSN. */
    boolean hasReplayed(long lsn, WriterSamples samples) {
        Sample known = sample;
        return known != null && known.recovering() && known.asked() - samples.since() >= 0 && known.lsn() >= lsn;
    }

    /** How much of the writer's WAL it has not replayed; -1 if that is not known. */
    long lagBytes(WriterSamples samples, long now, long freshFor) {
        WriterSamples.Last last = samples.last();
        Sample known = comparable(last, samples, now, freshFor);
        return known == null ? -1 : Math.max(0, last.lsn() - known.lsn());
    }

    /** The same of what has come. */
    long receiveLagBytes(WriterSamples samples, long now, long freshFor) {
        WriterSamples.Last last = samples.last();
        Sample known = comparable(last, samples, now, freshFor);
        return known == null || known.received() < 0
                ? -1
                : Math.max(0, last.lsn() - Math.max(known.received(), known.lsn()));
    }

    /** How old what it shows is, in nanoseconds; -1 if that is not known. */
    long lagNanos(WriterSamples samples, long now, long freshFor) {
        WriterSamples.Last last = samples.last();
        Sample known = comparable(last, samples, now, freshFor);
        if (known == null) {
            return -1;
        }
        if (known.lsn() >= last.lsn()) {
            return 0;
        }
        return known.showsAge() < 0 ? -1 : Math.max(0, known.showsAge() + now - known.asked());
    }

    /** What it has answered last, if that and what the writer has are fresh and of one history; else null. */
    private @Nullable Sample comparable(WriterSamples.Last last, WriterSamples samples, long now, long freshFor) {
        Sample known = sample;
        boolean comparable = known != null
                && known.recovering()
                && known.lsn() >= 0
                && last.lsn() != WriterSamples.UNKNOWN
                && known.asked() - samples.since() >= 0
                && now - known.asked() <= freshFor
                && now - last.asked() <= freshFor;
        return comparable ? known : null;
    }
}
