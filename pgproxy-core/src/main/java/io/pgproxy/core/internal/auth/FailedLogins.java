package io.pgproxy.core.internal.auth;

import io.pgproxy.auth.LoginThrottle;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Remembers logins that failed, and says how long answers wait. Thread-safe; its size is bounded. */
public final class FailedLogins {
    private static final int MOST = 10_000;
    private static final int NETWORK = 8;

    /** What is kept of a name: somebody may give thousands of long ones. */
    private static final int LONGEST_NAME = 64;

    private final LoginThrottle throttle;
    private final FailureCounts<Object> byAddress;
    private final FailureCounts<String> byUser;

    /**
     * Nobody has failed yet.
     *
     * @param throttle how long answers wait
     */
    public FailedLogins(LoginThrottle throttle) {
        this.throttle = throttle;
        long forget = throttle.forgetAfter().toNanos();
        this.byAddress = new FailureCounts<>(MOST, forget);
        this.byUser = new FailureCounts<>(MOST, forget);
    }

    /**
     * A login has failed.
     *
     * @param client from where
     * @param user as whom
     * @param now nanoseconds of the server's clock
     * @return how many nanoseconds the refusal waits
     */
    public long failed(SocketAddress client, String user, long now) {
        int address = byAddress.add(network(client), now);
        int name = byUser.add(shortened(user), now);
        return throttle.delay(Math.max(address, name)).toNanos();
    }

    /**
     * A login has succeeded.
     *
     * @param client from where
     * @param now nanoseconds of the server's clock
     * @return how many nanoseconds it waits
     */
    public long succeeded(SocketAddress client, long now) {
        return throttle.delay(byAddress.count(network(client), now)).toNanos();
    }

    /** Names that begin alike share a count: at worst somebody waits. */
    private static String shortened(String user) {
        return user.length() <= LONGEST_NAME ? user : user.substring(0, LONGEST_NAME);
    }

    private static Object network(SocketAddress client) {
        if (!(client instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return client;
        }
        if (inet.getAddress() instanceof Inet6Address six) {
            return new String(Arrays.copyOf(six.getAddress(), NETWORK), StandardCharsets.ISO_8859_1);
        }
        return inet.getAddress();
    }
}
