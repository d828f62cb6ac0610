package io.pgproxy.core.internal.fanout;

/** What has to be known of an exchange's statements as a whole. */
final class Conduct {
    private Stopping stopping = Stopping.ALL;
    private boolean lasting;
    private boolean ofSession;

    /** Some of it cannot be taken back, once it has been sent. */
    void lasts() {
        lasting = true;
    }

    boolean isLasting() {
        return lasting;
    }

    /** If the writers do not agree about it, their sessions are not the same any more. */
    void changesSession() {
        ofSession = true;
    }

    boolean isOfSession() {
        return ofSession;
    }

    /** Which of them a cancel may stop. */
    void stopping(Stopping which) {
        stopping = which;
    }

    Stopping stopping() {
        return stopping;
    }
}
