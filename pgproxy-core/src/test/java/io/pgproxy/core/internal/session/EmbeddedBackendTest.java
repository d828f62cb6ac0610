package io.pgproxy.core.internal.session;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.FrameScanner;
import io.pgproxy.protocol.frame.FrameSink;
import io.pgproxy.protocol.frame.HeaderRules;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.AuthenticationOk;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.server.PreparedQuery;
import io.pgproxy.protocol.server.QueryResult;
import io.pgproxy.protocol.server.ServerProtocol;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.testkit.peer.ScriptedClient;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A backend that is no socket: an engine in this process stands behind the same sessions. */
class EmbeddedBackendTest {
    private SteeredProxy proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = SteeredProxy.before(new One(), SteeringFactory.TRANSPARENT);
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    /** Whatever is asked, the answer is 1. */
    private static final class One implements Backend {
        @Override
        public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
            loop.execute(() -> {
                ByteBuf hello = Unpooled.buffer();
                for (BackendMessage message : List.of(
                        AuthenticationOk.INSTANCE,
                        new ParameterStatus("client_encoding", "UTF8"),
                        new ParameterStatus("server_version", "15.0"),
                        new ParameterStatus("DateStyle", "ISO, MDY"),
                        new ParameterStatus("integer_datetimes", "on"),
                        new BackendKeyData(7, Bytes.of("four")),
                        new ReadyForQuery(TransactionStatus.IDLE))) {
                    message.write(hello);
                }
                sink.received(hello);
                sink.receiveComplete();
            });
            return new OneSession(sink);
        }
    }

    private static final class OneSession implements BackendSession, FrameSink {
        private final FrameScanner scanner =
                new FrameScanner(HeaderRules.FRONTEND, Interest.everything(), 1 << 20, this);
        private final ServerProtocol protocol = new ServerProtocol((sql, types) ->
                PreparedQuery.of(List.of(Column.int4("one")), given -> QueryResult.rows(List.of(List.of(1)))));
        private final BackendSink sink;

        OneSession(BackendSink sink) {
            this.sink = sink;
        }

        @Override
        public void framed(Frame frame) {
            ByteBuf out = ByteBufAllocator.DEFAULT.buffer();
            protocol.answer(FrontendMessage.read(FrontendTag.of(frame.tag()), frame.body()), out);
            frame.release();
            sink.received(out);
            sink.receiveComplete();
            if (protocol.isClosed()) {
                sink.closed(PgError.of("08006", "closed"));
            }
        }

        @Override
        public void send(ByteBuf messages) {
            scanner.scan(messages);
        }

        @Override
        public void close() {
            scanner.release();
        }

        @Override
        public void cancel(BackendKeyData key, Runnable done) {
            done.run();
        }

        @Override
        public void passed(ByteBuf bytes, int begun) {
            bytes.release();
        }

        @Override
        public void noted(byte tag, int first) {}

        @Override
        public void flush() {}

        @Override
        public void reading(boolean on) {}

        @Override
        public boolean isWritable() {
            return true;
        }
    }

    @Test
    void pgjdbcReadsTheAnswerInBothProtocols() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + proxy.port()
                + "/any?sslmode=disable&user=anybody&assumeMinServerVersion=15";
        for (String mode : List.of("simple", "extended")) {
            try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=" + mode);
                    PreparedStatement statement = connection.prepareStatement("select one")) {
                for (int i = 0; i < 8; i++) { // the fifth run prepares by name and asks for binary
                    try (ResultSet rows = statement.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                        assertThat(rows.getInt("one")).isEqualTo(1);
                        assertThat(rows.next()).isFalse();
                    }
                }
            }
        }
    }

    @Test
    void pipelinesAndTerminateWork() throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("anybody", "", "any");
            client.send(query("select one"), query("select one"), Conversation.extended("select one"));
            client.expect("TDCZ");
            client.expect("TDCZ");
            client.expect("12TDCZ");
            client.send(terminate());
            client.expect("!");
        }
    }
}
