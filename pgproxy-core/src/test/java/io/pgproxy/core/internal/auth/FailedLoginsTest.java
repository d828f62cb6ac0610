package io.pgproxy.core.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.auth.LoginThrottle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Delays grow with failures, are forgotten, and take bounded memory. */
class FailedLoginsTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final FailedLogins failures = new FailedLogins(
            new LoginThrottle(2, Duration.ofMillis(100), Duration.ofMillis(350), Duration.ofMinutes(1)));

    private static InetSocketAddress at(String address) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(address), 1);
    }

    private long failed(String address, String user, long now) throws Exception {
        return Duration.ofNanos(failures.failed(at(address), user, now)).toMillis();
    }

    private long succeeded(String address, long now) throws Exception {
        return Duration.ofNanos(failures.succeeded(at(address), now)).toMillis();
    }

    @Test
    void theyGrowUpToABound() throws Exception {
        for (long expected : new long[] {0, 0, 100, 200, 350, 350}) {
            assertThat(failed("192.0.2.1", "a", 0)).isEqualTo(expected);
        }
        for (int i = 0; i < 1_000; i++) {
            failed("192.0.2.1", "a", 0);
        }
        assertThat(failed("192.0.2.1", "a", 0)).isEqualTo(350);
    }

    @Test
    void anAddressIsThatOfEveryUserAndItsSuccessesWaitToo() throws Exception {
        failed("192.0.2.1", "a", 0);
        failed("192.0.2.1", "b", 0);
        assertThat(succeeded("192.0.2.1", 0)).isZero();

        assertThat(failed("192.0.2.1", "c", 0)).isEqualTo(100);
        assertThat(succeeded("192.0.2.1", 0)).isEqualTo(100);
        assertThat(succeeded("192.0.2.2", 0)).isZero();
    }

    @Test
    void aUserIsThatOfEveryAddressButKeepsNobodyOut() throws Exception {
        failed("192.0.2.1", "a", 0);
        failed("192.0.2.2", "a", 0);

        assertThat(failed("192.0.2.3", "a", 0)).isEqualTo(100);
        assertThat(succeeded("192.0.2.4", 0)).isZero();
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() throws Exception {
        failed("2001:db8::1", "a", 0);
        failed("2001:db8::2", "b", 0);

        assertThat(failed("2001:db8::ffff:3", "c", 0)).isEqualTo(100);
        assertThat(failed("2001:db8:0:1::1", "d", 0)).isZero();
    }

    @Test
    void theyAreForgotten() throws Exception {
        for (int i = 0; i < 5; i++) {
            failed("192.0.2.1", "a", 0);
        }
        assertThat(succeeded("192.0.2.1", MINUTE - 1)).isEqualTo(350);
        assertThat(succeeded("192.0.2.1", MINUTE)).isZero();
        assertThat(failed("192.0.2.1", "a", MINUTE)).isZero();
    }

    @Test
    void memoryIsBounded() {
        FailureCounts<Integer> counts = new FailureCounts<>(100, MINUTE);
        for (int i = 0; i < 10_000; i++) {
            counts.add(i, i);
        }
        assertThat(counts.size()).isEqualTo(100);
        assertThat(counts.count(9_999, 10_000)).isEqualTo(1);
        assertThat(counts.count(0, 10_000)).isZero();

        counts.add(1, 2 * MINUTE);
        assertThat(counts.size()).isEqualTo(1);
    }

    @Test
    void noThrottleIsNoDelay() throws Exception {
        FailedLogins none = new FailedLogins(LoginThrottle.NONE);
        for (int i = 0; i < 100; i++) {
            assertThat(none.failed(at("192.0.2.1"), "a", 0)).isZero();
        }
    }
}
