package io.pgproxy.core.internal.pool;

import io.pgproxy.core.backend.BackendSink;

/** Holds a client up while too much of what it has sent cannot go to the upstream yet. */
final class ClientBacklog {
    private static final int MOST_WAITING = 1 << 16;

    private final ClientMessages messages;
    private final Itinerary itinerary;
    private final BackendSink sink;
    private boolean full;

    ClientBacklog(ClientMessages messages, Itinerary itinerary, BackendSink sink) {
        this.messages = messages;
        this.itinerary = itinerary;
        this.sink = sink;
    }

    /** The client has sent something. */
    void grown() {
        if (!full && waitingBytes() > MOST_WAITING) {
            full = true;
            sink.writable(false);
        }
    }

    /** What waited has been sent, as far as it could be. */
    void shrunk() {
        if (full && waitingBytes() <= MOST_WAITING) {
            full = false;
            sink.writable(true);
        }
    }

    private long waitingBytes() {
        return messages.waitingBytes() + itinerary.waitingBytes();
    }

    boolean isFull() {
        return full;
    }
}
