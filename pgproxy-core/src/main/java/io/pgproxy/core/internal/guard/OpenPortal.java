package io.pgproxy.core.internal.guard;

/** A portal: what it runs, and how much of its result has been sent. */
final class OpenPortal {
    private Prepared statement = Prepared.UNKNOWN;
    private boolean suspended;
    private long rows;
    private long bytes;
    private long upstreamNanos;

    void bind(Prepared bound) {
        statement = bound;
        suspended = false;
        rows = 0;
        bytes = 0;
        upstreamNanos = 0;
    }

    Prepared statement() {
        return statement;
    }

    /** Whether some of its result has been sent, and more may come. */
    boolean isSuspended() {
        return suspended;
    }

    void suspend(long rowsSoFar, long bytesSoFar, long nanosSoFar) {
        suspended = true;
        rows = rowsSoFar;
        bytes = bytesSoFar;
        upstreamNanos = nanosSoFar;
    }

    void resume() {
        suspended = false;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    long upstreamNanos() {
        return upstreamNanos;
    }
}
