package io.pgproxy.core.internal.pool;

import io.pgproxy.core.backend.BackendSink;

/** Holds a client up while too much of what it has sent cannot go to the upstream yet. */
final class ClientBacklog {
    private static final int MOST_WAITING = 1 << 16;

    private final ClientMessages messages;
    private final BackendSink sink;
    private boolean full;

    ClientBacklog(ClientMessages messages, BackendSink sink) {
        this.messages = messages;
        this.sink = sink;
    }

    /** The client has sent something. */
    void grown() {
        if (!full && messages.waitingBytes() > MOST_WAITING) {
            full = true;
            sink.writable(false);
        }
    }

    /** What waited has been sent, as far as it could be. */
    void shrunk() {
        if (full && messages.waitingBytes() <= MOST_WAITING) {
            full = false;
            sink.writable(true);
        }
    }

    boolean isFull() {
        return full;
    }
}
