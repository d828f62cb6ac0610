package io.pgproxy.core.internal.session;

/** A backend whose sessions are many more than its connections. Thread-safe. */
public interface SharedBackend {
    /** {@return how many sessions have a connection, or wait for one} */
    int inUse();
}
