package io.pgproxy.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxyServerBuilderTest {
    private static final String SOMEWHERE = "postgresql://127.0.0.1:1";

    @Test
    void whatIsMissingIsNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxyServer.builder().upstream(SOMEWHERE).build())
                .withMessageContaining("listen");
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxyServer.builder().listen("127.0.0.1", 0).build())
                .withMessageContaining("upstream");
    }

    @Test
    void whatIsSetTwiceIsAnError() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxyServer.builder().upstream(SOMEWHERE).upstream(SOMEWHERE));
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxyServer.builder().limits(Limits.DEFAULT).limits(Limits.DEFAULT));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> ProxyServer.builder().drainDeadline(Duration.ZERO).drainDeadline(Duration.ZERO));
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxyServer.builder().eventLoops(1).eventLoops(1));
    }

    @Test
    void valuesThatCannotBeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.builder().upstream("nonsense"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.builder().listen("no.such.host.invalid", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.builder().listen("127.0.0.1", 70_000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.builder().eventLoops(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.builder().drainDeadline(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().loginDeadline(Duration.ZERO).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().connections(0).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limits.builder().logins(0).build());
    }

    @Test
    void severalListenersAreBoundAndNamedInTheirOrder() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .listen("127.0.0.1", 0)
                .upstream(SOMEWHERE)
                .build()
                .start()) {
            assertThat(server.addresses()).hasSize(2);
            assertThat(server.port())
                    .isEqualTo(server.addresses().get(0).getPort())
                    .isPositive();
            assertThat(server.addresses().get(1).getPort()).isPositive().isNotEqualTo(server.port());
        }
    }

    @Test
    void aPortInUseIsNamedAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProxyServer server = ProxyServer.builder()
                    .listen("127.0.0.1", 0)
                    .listen("127.0.0.1", taken.getLocalPort())
                    .upstream(SOMEWHERE)
                    .build();
            assertThatThrownBy(server::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    @Test
    void aServerIsStartedOnceAndClosedAnyNumberOfTimes() throws Exception {
        ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(SOMEWHERE)
                .build()
                .start();
        assertThatIllegalStateException().isThrownBy(server::start);
        server.close();
        server.close();
        assertThatIllegalStateException().isThrownBy(server::port);
        assertThatIllegalStateException().isThrownBy(server::start);
    }
}
