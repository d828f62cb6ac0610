package io.pgproxy.protocol.netty;

import static io.pgproxy.protocol.Octets.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.message.frontend.AuthenticationResponse.Kind;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.startup.CancelRequest;
import io.pgproxy.protocol.startup.SslRequest;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FrontendMessageDecoderTest {
    private static final byte[] STARTUP =
            octets().int32(196608).text("user").text("ann").int8(0).packet();
    private static final byte[] SSL = octets().int32(80877103).packet();

    private final FrontendMessageDecoder decoder = new FrontendMessageDecoder(1000);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
    }

    @Test
    void anySplitGivesTheSameMessages() {
        byte[] all = concatenated(STARTUP, octets().text("select 1").message('Q'), octets().message('S'));
        for (int split = 0; split <= all.length; split++) {
            EmbeddedChannel each = new EmbeddedChannel(new FrontendMessageDecoder());
            each.writeInbound(Unpooled.copiedBuffer(all, 0, split));
            each.writeInbound(Unpooled.copiedBuffer(all, split, all.length - split));
            assertThat(each.<Object>readInbound()).isInstanceOf(StartupMessage.class);
            assertThat(each.<Object>readInbound()).isEqualTo(new Query("select 1"));
            assertThat(each.<Object>readInbound()).isSameAs(Sync.INSTANCE);
            assertThat(each.finishAndReleaseAll()).isFalse();
        }
    }

    @Test
    void aMalformedBodyDoesNotEndTheConnection() {
        List<Object> messages = read(STARTUP, octets().raw("no end").message('Q'), octets().message('S'));

        assertThat(messages).hasSize(3);
        assertThat(messages.get(1))
                .isInstanceOfSatisfying(
                        MalformedMessage.class,
                        malformed -> assertThat(malformed.tag()).isEqualTo(FrontendTag.QUERY));
        assertThat(messages.get(2)).isSameAs(Sync.INSTANCE);
    }

    @Test
    void encryptionMayBeAskedForOnceOfEachKind() {
        byte[] gss = octets().int32(80877104).packet();

        assertThat(read(SSL)).containsExactly(SslRequest.INSTANCE);
        assertThat(read(gss)).hasSize(1);
        assertViolation("08P01", SSL);
    }

    @Test
    void clearTextBehindARequestForEncryptionIsRefused() {
        assertViolation("08P01", concatenated(SSL, STARTUP));
    }

    @Test
    void nothingIsReadBehindAViolation() {
        assertViolation("08P01", octets().int32(7).array());

        assertThat(read(STARTUP)).isEmpty();
    }

    @Test
    void nothingIsReadBehindACancelRequest() {
        byte[] cancel = octets().int32(80877102).int32(1).int32(2).packet();

        assertThat(read(concatenated(cancel, STARTUP)))
                .containsExactly(new CancelRequest(1, Bytes.copyOf(new byte[] {0, 0, 0, 2})));
    }

    @Test
    void lengthsAreJudgedFromTheHeader() {
        read(STARTUP);
        assertViolation("08P01", octets().int8('Q').int32(3).array());
    }

    @Test
    void whatTheServerRefusesIsRefused() {
        read(STARTUP);
        assertViolation("08P01", octets().int8('S').int32(10_001).array());
    }

    @Test
    void aMessageLongerThanTheLimitIs54000() {
        read(STARTUP);
        assertThat(read(octets().text("x".repeat(995)).message('Q'))).hasSize(1);
        assertViolation("54000", octets().int8('Q').int32(1001).array());
    }

    @Test
    void anUnknownTypeByteEndsTheConnection() {
        read(STARTUP);
        assertViolation("08P01", octets().message('?'));
    }

    @Test
    void answersToAuthenticationRequestsAreReadAsExpected() {
        read(STARTUP);
        decoder.authenticating(Kind.PASSWORD);
        assertThat(read(octets().text("sesame").message('p'))).containsExactly(new PasswordMessage(Bytes.of("sesame")));
        decoder.authenticating(Kind.SASL);
        assertThat(read(octets().raw("r=").message('p'))).containsExactly(new SASLResponse(Bytes.of("r=")));
        decoder.authenticated();
        assertThat(read(octets().message('S'))).containsExactly(Sync.INSTANCE);
    }

    @Test
    void aClientThatIsNotLoggedInCannotAskForAnything() {
        read(STARTUP);
        decoder.authenticating(Kind.PASSWORD);
        assertViolation("08P01", octets().text("select 1").message('Q'));
    }

    @Test
    void noMoreThan64KilobytesAreReadBeforeTheLogin() {
        FrontendMessageDecoder patient = new FrontendMessageDecoder();
        EmbeddedChannel each = new EmbeddedChannel(patient);
        each.writeInbound(Unpooled.wrappedBuffer(STARTUP));
        patient.authenticating(Kind.SASL);
        each.writeInbound(
                Unpooled.wrappedBuffer(octets().raw("x".repeat(60_000)).message('p')));

        assertThatExceptionOfType(DecoderException.class)
                .isThrownBy(() -> each.writeInbound(
                        Unpooled.wrappedBuffer(octets().int8('p').int32(6_000).array())));
        each.finishAndReleaseAll();
    }

    private List<Object> read(byte[]... pieces) {
        for (byte[] piece : pieces) {
            channel.writeInbound(Unpooled.copiedBuffer(piece));
        }
        List<Object> messages = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            messages.add(message);
        }
        return messages;
    }

    private void assertViolation(String sqlState, byte[] bytes) {
        assertThatExceptionOfType(DecoderException.class)
                .isThrownBy(() -> channel.writeInbound(Unpooled.copiedBuffer(bytes)))
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                ProtocolException.class,
                                cause -> assertThat(cause.sqlState()).isEqualTo(sqlState)));
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }
}
