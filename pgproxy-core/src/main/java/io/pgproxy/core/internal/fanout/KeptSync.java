package io.pgproxy.core.internal.fanout;

/**
 * The Sync of a batch with COPY FROM STDIN in it. Servers ignore it if it comes before the data, and only then, which
 * is known here when the COPY has begun or failed: so it is kept until then.
 */
final class KeptSync {
    private enum State {
        NONE,
        /** The client has sent no data before it. */
        BEFORE_DATA,
        /** The client has sent all of its data before it, without being asked. */
        BEHIND_DATA
    }

    private final Shares shares;
    private final CopyIn copy;
    private State state = State.NONE;

    KeptSync(Shares shares, CopyIn copy) {
        this.shares = shares;
        this.copy = copy;
    }

    /** {@return whether it is kept, and is sent when it is {@linkplain #isDue() due}} */
    boolean keeps() {
        if (!isUndecided()) {
            return false;
        }
        state = copy.hasEnd() ? State.BEHIND_DATA : State.BEFORE_DATA;
        return true;
    }

    private boolean isUndecided() {
        return copy.isFailing() || (copy.isAwaited() && !shares.first().isQuiet());
    }

    /** {@return whether the client sends another behind its data, now that the COPY has begun} */
    boolean isVoid() {
        boolean ignored = state == State.BEFORE_DATA;
        if (ignored) {
            state = State.NONE;
        }
        return ignored;
    }

    /** {@return whether it is to be sent now} */
    boolean isDue() {
        boolean due = state != State.NONE && !isUndecided();
        if (due) {
            state = State.NONE;
        }
        return due;
    }
}
