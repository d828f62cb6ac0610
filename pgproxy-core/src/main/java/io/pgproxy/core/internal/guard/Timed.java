package io.pgproxy.core.internal.guard;

/** Something that runs at the server and may take too long. */
public interface Timed {
    /** {@return when the server began with it at the earliest, by the event loop's clock} */
    long began();

    /** {@return how many nanoseconds it may take; 0 for as many as it wants} */
    long longest();

    /** It has taken too long. Called again once a second while it goes on: a cancel may be lost, or survived. */
    void timeIsOver();
}
