package io.pgproxy.core.internal.server;

import io.pgproxy.core.ServerLimits;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts who is in login, in all and by address: the cheapest place to stop a flood. Thread-safe. */
final class LoginGate {
    private final ServerLimits limits;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    LoginGate(ServerLimits limits) {
        this.limits = limits;
    }

    /** Whether one more may begin to log in; {@link #leave} is due if so. */
    boolean enter(InetAddress address) {
        if (all.incrementAndGet() > limits.logins()) {
            all.decrementAndGet();
            return false;
        }
        if (byAddress.merge(address, 1, Integer::sum) > limits.loginsPerAddress()) {
            leave(address);
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
}
