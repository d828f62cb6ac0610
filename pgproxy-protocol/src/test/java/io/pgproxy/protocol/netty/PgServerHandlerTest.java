package io.pgproxy.protocol.netty;

import static io.pgproxy.protocol.Octets.octets;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.ErrorResponse;
import io.pgproxy.protocol.message.backend.NegotiateProtocolVersion;
import io.pgproxy.protocol.message.backend.ParameterStatus;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.PreparedQuery;
import io.pgproxy.protocol.server.QueryEngine;
import io.pgproxy.protocol.server.QueryResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PgServerHandlerTest {
    private static final byte[] STARTUP =
            octets().int32(196608).text("user").text("ann").int8(0).packet();

    private boolean closed;
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new FrontendMessageDecoder(),
            new PgServerHandler(
                    startup -> {
                        if (startup.user().equals("mallory")) {
                            throw new PgErrorException("28000", "not you");
                        }
                        return new Numbers();
                    },
                    Map.of("server_version", "18.1")));

    /** Answers any statement with 50,000 rows. */
    private final class Numbers implements QueryEngine {
        @Override
        public PreparedQuery prepare(String sql, List<Integer> parameterTypes) {
            return PreparedQuery.of(
                    List.of(Column.int4("n")),
                    parameters -> QueryResult.rows(
                            IntStream.range(0, 50_000).mapToObj(List::of).iterator()));
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
    }

    @Test
    void requestsForEncryptionAreRefusedByOneByte() {
        send(octets().int32(80877103).packet());
        assertThat(bytes()).containsExactly('N');
        send(octets().int32(80877104).packet());
        assertThat(bytes()).containsExactly('N');
        send(STARTUP);
        assertThat(tags(bytes())).startsWith("RSS").endsWith("KZ");
    }

    @Test
    void aLoginReportsTheSettingsThatClientsRelyOn() {
        send(STARTUP);

        List<BackendMessage> messages = messages(bytes());
        Map<String, String> reported = messages.stream()
                .filter(ParameterStatus.class::isInstance)
                .map(ParameterStatus.class::cast)
                .collect(Collectors.toMap(ParameterStatus::name, ParameterStatus::value));
        assertThat(reported)
                .containsEntry("server_version", "18.1")
                .containsEntry("client_encoding", "UTF8")
                .containsEntry("session_authorization", "ann")
                .containsEntry("integer_datetimes", "on")
                .containsEntry("standard_conforming_strings", "on");
        assertThat(messages.stream().filter(BackendKeyData.class::isInstance))
                .singleElement()
                .satisfies(key ->
                        assertThat(((BackendKeyData) key).secret().length()).isEqualTo(4));
    }

    @Test
    void aNewerProtocolIsNegotiatedAndGetsALongKey() {
        send(octets().int32(196608 + 9999)
                .text("user")
                .text("ann")
                .text("_pq_.magic")
                .text("on")
                .int8(0)
                .packet());

        List<BackendMessage> messages = messages(bytes());
        assertThat(messages.get(0))
                .isEqualTo(
                        new NegotiateProtocolVersion(io.pgproxy.protocol.ProtocolVersion.V3_2, List.of("_pq_.magic")));
        assertThat(messages.stream().filter(BackendKeyData.class::isInstance))
                .singleElement()
                .satisfies(key ->
                        assertThat(((BackendKeyData) key).secret().length()).isEqualTo(32));
    }

    @Test
    void whoCannotBeServedIsToldSoAndDisconnected() {
        send(octets().int32(2 << 16).packet());
        assertFatal("0A000");
    }

    @Test
    void aLoginWithoutAUserIsRefused() {
        send(octets().int32(196608).int8(0).packet());
        assertFatal("28000");
    }

    @Test
    void anEngineCanRefuseASession() {
        send(octets().int32(196608).text("user").text("mallory").int8(0).packet());
        assertFatal("28000");
    }

    @Test
    void rubbishInsteadOfAStartupPacketIsNotAnswered() {
        send(octets().raw("GET / HTTP/1.1\r\n").array());

        assertThat(bytes()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void rubbishBehindTheLoginIsAFatalError() {
        send(STARTUP);
        bytes();
        send(octets().message('?'));
        assertFatal("08P01");
        assertThat(closed).isTrue();
    }

    @Test
    void aCancelRequestIsNotAnswered() {
        send(octets().int32(80877102).int32(1).int32(2).packet());

        assertThat(bytes()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoDoesNotLogInIsDisconnected() {
        send(new byte[] {0, 0});
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();

        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoHasLoggedInStays() {
        send(STARTUP);
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aMalformedMessageIsAnErrorOnly() {
        send(STARTUP);
        bytes();
        send(octets().raw("no end").message('Q'));

        assertThat(tags(bytes())).isEqualTo("EZ");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void terminateClosesTheConnection() {
        send(STARTUP);
        send(octets().message('X'));

        assertThat(channel.isOpen()).isFalse();
        assertThat(closed).isTrue();
    }

    @Test
    void manyMessagesInOneReadAreAnsweredInOrder() {
        send(STARTUP);
        bytes();
        send(concatenated(
                octets().text("").message('Q'),
                octets().message('S'),
                octets().text("x").message('Q')));

        assertThat(tags(bytes())).startsWith("IZZTD").endsWith("DCZ").hasSize(3 + 1 + 50_000 + 2);
    }

    @Test
    void aClientThatDoesNotReadItsResultIsNotReadFrom() {
        send(STARTUP);
        bytes();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 100_000));
        // Nothing is flushed as long as the client's window is closed.
        channel.pipeline().addFirst(new ClosedWindow());

        send(concatenated(octets().text("x").message('Q'), octets().text("y").message('Q')));

        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isLessThan(250_000);
        channel.pipeline().removeFirst();
        channel.flush();
        channel.runPendingTasks();
        assertThat(tags(bytes())).hasSize(2 * (50_000 + 3)).endsWith("DCZ");
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    private static final class ClosedWindow extends io.netty.channel.ChannelOutboundHandlerAdapter {
        @Override
        public void flush(io.netty.channel.ChannelHandlerContext context) {
            // Swallowed.
        }
    }

    private void assertFatal(String sqlState) {
        assertThat(messages(bytes())).singleElement().satisfies(message -> {
            assertThat(((ErrorResponse) message).error().isFatal()).isTrue();
            assertThat(((ErrorResponse) message).error().sqlState()).isEqualTo(sqlState);
        });
        assertThat(channel.isOpen()).isFalse();
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    private byte[] bytes() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    private static String tags(byte[] bytes) {
        return messages(bytes).stream()
                .map(message -> Character.toString(message.tag().code()))
                .collect(Collectors.joining());
    }

    private static List<BackendMessage> messages(byte[] bytes) {
        List<BackendMessage> messages = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        while (in.isReadable()) {
            BackendTag tag = Objects.requireNonNull(BackendTag.of(in.readByte()));
            messages.add(BackendMessage.read(tag, in.readSlice(in.readInt() - 4)));
        }
        return messages;
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
