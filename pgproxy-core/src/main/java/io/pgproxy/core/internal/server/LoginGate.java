package io.pgproxy.core.internal.server;

import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.Counts;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts who is in login, in all and by address: the cheapest place to stop a flood. Thread-safe. */
final class LoginGate {
    private final AtomicInteger all = new AtomicInteger();
    private final Counts<Object> byAddress = new Counts<>();

    /** Whether one more may begin to log in; {@link #leave} is due if so. */
    boolean enter(Object host, Limits limits) {
        if (all.incrementAndGet() > limits.logins()) {
            all.decrementAndGet();
            return false;
        }
        if (!byAddress.enter(host, limits.loginsPerAddress())) {
            all.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave(Object host) {
        all.decrementAndGet();
        byAddress.leave(host);
    }
}
