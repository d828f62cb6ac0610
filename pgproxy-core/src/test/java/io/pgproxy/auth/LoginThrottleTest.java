package io.pgproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.MemoryServer;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.core.internal.session.SteeringFactory;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers to logins that fail wait, by a clock that the test moves, and the event loop does not. */
class LoginThrottleTest {
    private static final InetSocketAddress HERE = at(1);
    private static final InetSocketAddress THERE = at(2);

    private final LoginThrottle throttle =
            new LoginThrottle(2, Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ofMinutes(1));
    private final Authenticator onlyAlice = login -> login.user().equals("alice")
            ? CompletableFuture.completedFuture(Identity.of(login))
            : CompletableFuture.failedFuture(LoginRefusedException.invalidPassword(login.user()));
    private final Opened upstream = new Opened();
    private final MemoryServer server = new MemoryServer(new Composition(
            List.of(),
            new NamedBackends(upstream, Map.of()),
            Governor.lenient(),
            Duration.ZERO,
            1,
            SteeringFactory.TRANSPARENT,
            onlyAlice,
            AuthenticationOptions.DEFAULT.withThrottle(throttle),
            null));

    @AfterEach
    void close() {
        server.close();
    }

    private static InetSocketAddress at(int machine) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) machine}), 1);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private MemoryServer.Connection login(InetSocketAddress from, String user) {
        MemoryServer.Connection client = server.connect(from);
        ByteBuf packet = Unpooled.buffer();
        new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", user))).write(packet);
        client.send(packet);
        return client;
    }

    private static String heard(MemoryServer.Connection client) {
        return new String(client.received(), StandardCharsets.UTF_8);
    }

    @Test
    void refusalsWaitLongerEachTime() {
        assertThat(heard(login(HERE, "bob"))).contains("28P01");
        assertThat(heard(login(HERE, "bob"))).contains("28P01");

        MemoryServer.Connection third = login(HERE, "bob");
        MemoryServer.Connection fourth = login(HERE, "bob");
        server.advance(Duration.ofMillis(999));
        assertThat(heard(third)).isEmpty();
        server.advance(Duration.ofMillis(1));
        assertThat(heard(third)).contains("28P01", "password authentication failed for user \"bob\"");
        assertThat(third.isOpen()).isFalse();
        assertThat(heard(fourth)).isEmpty();
        server.advance(Duration.ofSeconds(1));
        assertThat(heard(fourth)).contains("28P01");
    }

    @Test
    void othersDoNotWaitButTheSameAddressDoes() {
        for (int i = 0; i < 3; i++) {
            login(HERE, "bob");
        }

        login(THERE, "alice");
        assertThat(upstream.opened).isEqualTo(1);
        login(HERE, "alice");
        assertThat(upstream.opened).isEqualTo(1);
        server.advance(Duration.ofSeconds(1));
        assertThat(upstream.opened).isEqualTo(2);
    }

    @Test
    void somebodyElsesGuessesKeepAUserNotOut() {
        for (int i = 0; i < 6; i++) {
            login(HERE, "bob");
        }
        MemoryServer.Connection elsewhere = login(THERE, "bob");
        assertThat(heard(elsewhere)).isEmpty(); // guesses for bob wait wherever they come from
        login(THERE, "alice");

        assertThat(upstream.opened).isEqualTo(1);
    }

    @Test
    void theLoginDeadlineIsTheLongestDelay() {
        for (int i = 0; i < 8; i++) {
            login(HERE, "bob");
        }
        MemoryServer.Connection client = login(HERE, "bob");

        server.advance(Duration.ofSeconds(10));

        assertThat(heard(client)).contains("canceling authentication due to timeout");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aClientThatGoesWhileItWaitsLeavesNothingBehind() {
        for (int i = 0; i < 3; i++) {
            login(HERE, "bob");
        }
        MemoryServer.Connection client = login(HERE, "alice");
        client.close();

        server.advance(Duration.ofSeconds(9));

        assertThat(upstream.opened).isZero();
    }

    @Test
    void whatIsNoThrottleIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new LoginThrottle(-1, second, second, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LoginThrottle(0, Duration.ZERO, second, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(LoginThrottle.DEFAULT.delay(Integer.MAX_VALUE)).isEqualTo(LoginThrottle.DEFAULT.longest());
        assertThat(LoginThrottle.DEFAULT.longest()).isLessThan(Duration.ofSeconds(10));
    }

    /** Counts. */
    private static final class Opened implements Backend {
        private int opened;

        @Override
        public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
            opened++;
            return new SilentSession();
        }
    }
}
