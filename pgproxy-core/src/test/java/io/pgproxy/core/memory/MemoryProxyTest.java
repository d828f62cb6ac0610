package io.pgproxy.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions on the caller's thread, by a clock that stands still. */
class MemoryProxyTest {
    private final HangingLogin upstream = new HangingLogin();
    private final MemoryProxy proxy = MemoryProxy.before(upstream);

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void whatIsSentIsAnsweredWithinTheCall() {
        MemoryConnection client = proxy.connect();
        ByteBuf request = Unpooled.buffer();
        SslRequest.INSTANCE.write(request);

        client.send(request);

        assertThat(client.received()).containsExactly('N');
        assertThat(client.received()).isEmpty();
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void anotherThreadsWorkIsWaitedFor() throws Exception {
        MemoryConnection client = proxy.connect();
        client.send(startup());
        Thread other = new Thread(() -> upstream.loop.execute(upstream::welcome));

        other.start();
        while (client.received().length == 0) {
            proxy.await(Duration.ofSeconds(10));
        }

        other.join();
        assertThat(upstream.session.open).isTrue();
    }

    @Test
    void aDeadlineComesWhenTimePasses() {
        MemoryConnection client = proxy.connect();
        client.send(startup());
        proxy.advance(Duration.ofSeconds(9));
        assertThat(client.isOpen()).isTrue();

        proxy.advance(Duration.ofSeconds(1));

        assertThat(new String(client.received(), StandardCharsets.UTF_8))
                .contains("canceling authentication due to timeout");
        assertThat(client.isOpen()).isFalse();
        assertThat(upstream.session.open).isFalse();
    }

    @Test
    void theEndOfTheProxyEndsItsSessions() {
        MemoryConnection client = proxy.connect();
        client.send(startup());

        proxy.close();

        assertThat(client.isOpen()).isFalse();
        assertThat(upstream.session.open).isFalse();
        assertThat(upstream.closed).isTrue();
        proxy.close();
    }

    @Test
    void aClientThatGoesTakesItsUpstreamAlong() {
        MemoryConnection client = proxy.connect();
        client.send(startup());

        client.close();

        assertThat(upstream.session.open).isFalse();
    }

    private static ByteBuf startup() {
        ByteBuf packet = Unpooled.buffer();
        new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "me"))).write(packet);
        return packet;
    }

    /** Says nothing to the start-up packet until it is told to. */
    private static final class HangingLogin implements Backend {
        private EventLoop loop;
        private BackendSink sink;
        private final Listening session = new Listening();
        private boolean closed;

        @Override
        public BackendSession open(StartupMessage startup, EventLoop on, BackendSink to) {
            loop = on;
            sink = to;
            session.open = true;
            return session;
        }

        void welcome() {
            ByteBuf bytes = Unpooled.buffer();
            AuthenticationOk.INSTANCE.write(bytes);
            sink.received(bytes);
            sink.receiveComplete();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Listening implements BackendSession {
        private boolean open;

        @Override
        public void send(ByteBuf messages) {
            messages.release();
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void cancel(BackendKeyData key, Runnable done) {
            done.run();
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
