package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.pgproxy.core.internal.tls.UpstreamContext;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.tls.UpstreamTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A host may have several addresses, and not all of them a server. */
class SecondAddressTest {
    private static final StartupMessage STARTUP =
            new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "u")));

    /** What a socket that is joined with itself has at both ends. */
    private static final SocketAddress SAME = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    /** Tells the first thing that it learns. */
    private static final class FirstWord implements BackendSink {
        private final CompletableFuture<String> heard = new CompletableFuture<>();

        @Override
        public void received(ByteBuf bytes) {
            heard.complete("bytes on " + Thread.currentThread().getName());
            bytes.release();
        }

        @Override
        public void receiveComplete() {}

        @Override
        public void writable(boolean writable) {}

        @Override
        public void closed(PgError reason) {
            heard.complete(reason.sqlState() + " on " + Thread.currentThread().getName());
        }
    }

    @Test
    void theSecondIsTriedWhereTheFirstRefuses() throws Exception {
        ThreadFactory threads = task -> new Thread(task, "loop");
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> connection.greet())) {
            InetSocketAddress good = new InetSocketAddress(backend.host(), backend.port());
            assertThat(firstWord(loops, List.of(unused(), good))).isEqualTo("bytes on loop");
            assertThat(firstWord(loops, List.of(unused(), unused()))).isEqualTo("08001 on loop");
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void aSocketThatTheKernelHasJoinedWithItselfIsNoServer() throws Exception {
        // given what a connect to a free port of the loopback may end in
        EmbeddedChannel loop = new EmbeddedChannel();
        FirstWord sink = new FirstWord();
        RemoteSession session = new RemoteSession(loop.eventLoop(), sink, new OpenChannels(), STARTUP, clear(), null);

        EmbeddedChannel itself = new EmbeddedChannel(session) {
            @Override
            protected SocketAddress localAddress0() {
                return SAME;
            }

            @Override
            protected SocketAddress remoteAddress0() {
                return SAME;
            }
        };

        assertThat(sink.heard.get(10, TimeUnit.SECONDS)).startsWith("08001");
        assertThat(itself.isOpen()).isFalse();
        assertThat(itself.outboundMessages()).isEmpty();
        loop.finishAndReleaseAll();
    }

    private static UpstreamSecurity clear() throws IOException {
        return new UpstreamSecurity(
                new UpstreamContext(UpstreamTls.DISABLED), "127.0.0.1", 1, Runnable::run, Duration.ZERO);
    }

    private static String firstWord(EventLoopGroup loops, List<InetSocketAddress> addresses) throws Exception {
        FirstWord sink = new FirstWord();
        OpenChannels channels = new OpenChannels();
        RemoteSession session = new RemoteSession(loops.next(), sink, channels, STARTUP, clear(), null);
        loops.next().execute(() -> session.connect(addresses.iterator(), Duration.ofSeconds(5)));
        try {
            return sink.heard.get(10, TimeUnit.SECONDS);
        } finally {
            loops.next().execute(session::close);
            channels.close(Duration.ofSeconds(2));
        }
    }

    private static InetSocketAddress unused() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
    }
}
