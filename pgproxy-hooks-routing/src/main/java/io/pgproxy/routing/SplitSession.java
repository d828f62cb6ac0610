package io.pgproxy.routing;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import org.jspecify.annotations.Nullable;

/** What a split knows of one session. On its event loop only. */
final class SplitSession {
    static final Attribute<SplitSession> KEY = Attribute.named("read-write-split");

    final InFlight inFlight = new InFlight();
    final DefaultIsolation isolation = new DefaultIsolation();

    /** Whether it has ever written. */
    private boolean wrote;

    /** Whether it has written something of which nobody has seen the end. */
    private boolean open;

    /** When its last write is known to have ended. */
    private long ended;

    /** Where the WAL of a writer ended after that, so that the sample need not be kept. */
    private long needed = WriterSamples.UNKNOWN;

    private @Nullable WriterSamples neededOf;

    /** Whether it has something on the writer that no other server has. */
    private boolean bound;

    /** The execution that has ended last, by its identity alone: it is not to be kept. */
    private int lastEnded;

    void writes() {
        wrote = true;
        open = true;
    }

    /** A transaction has ended, and what it wrote can be seen by now. */
    void transactionEnded() {
        if (open) {
            open = false;
            endsNow();
        }
    }

    /** Everything that was sent has been answered, and what is decided on now comes after it. */
    void isQuiet() {
        transactionEnded();
    }

    private void endsNow() {
        ended = System.nanoTime();
        needed = WriterSamples.UNKNOWN;
        neededOf = null;
    }

    boolean hasWritten() {
        return wrote;
    }

    boolean isOpen() {
        return open;
    }

    long ended() {
        return ended;
    }

    /** What a reader has to have replayed so that the session sees what it wrote, or {@link WriterSamples#UNKNOWN}. */
    long needed(WriterSamples samples) {
        if (neededOf != samples || needed == WriterSamples.UNKNOWN) {
            needed = samples.lsnAfter(ended);
            neededOf = samples;
        }
        return needed;
    }

    boolean isBound() {
        return bound;
    }

    void bound(boolean value) {
        bound = value;
    }

    void lastEnded(Execution execution) {
        lastEnded = System.identityHashCode(execution);
    }

    /** Whether it seems to be the one that ended last; if that is an error, something is not counted. */
    boolean isLastEnded(Execution execution) {
        return System.identityHashCode(execution) == lastEnded;
    }
}
