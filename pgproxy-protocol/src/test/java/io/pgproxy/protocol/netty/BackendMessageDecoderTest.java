package io.pgproxy.protocol.netty;

import static io.pgproxy.protocol.Octets.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.CommandComplete;
import io.pgproxy.protocol.message.backend.ReadyForQuery;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.startup.CancelRequest;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BackendMessageDecoderTest {
    private final BackendMessageDecoder decoder = new BackendMessageDecoder(100);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder, new MessageEncoder());

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
    }

    @Test
    void messagesAreReadHoweverTheyArrive() {
        ByteBuf all = Unpooled.wrappedBuffer(
                octets().text("DO").message('C'), octets().int8('I').message('Z'));

        while (all.isReadable()) {
            channel.writeInbound(all.readBytes(1));
        }

        assertThat(channel.<Object>readInbound()).isEqualTo(new CommandComplete("DO"));
        assertThat(channel.<Object>readInbound()).isEqualTo(new ReadyForQuery(TransactionStatus.IDLE));
    }

    @Test
    void theAnswerToARequestForEncryptionIsOneByte() {
        decoder.expectEncryptionAnswer();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {'N'}));
        channel.writeInbound(Unpooled.wrappedBuffer(octets().text("DO").message('C')));

        assertThat(channel.<Object>readInbound()).isEqualTo(EncryptionAnswer.REFUSED);
        assertThat(channel.<Object>readInbound()).isEqualTo(new CommandComplete("DO"));
    }

    @Test
    void bytesBehindTheAnswerAreRefused() {
        decoder.expectEncryptionAnswer();
        assertViolation("08P01", new byte[] {'S', 'x'});
    }

    @Test
    void anErrorInThePlaceOfTheAnswerIsNotRead() {
        decoder.expectEncryptionAnswer();
        assertViolation("08P01", octets().text("Mfake").int8(0).message('E'));
        channel.writeInbound(Unpooled.wrappedBuffer(octets().text("DO").message('C')));
        assertThat(channel.<Object>readInbound()).isNull();
    }

    @Test
    void headersThatNoServerSendsAreRefused() {
        assertViolation("08P01", octets().message('Q'));
    }

    @Test
    void aLengthThatCannotBeIsRefused() {
        assertViolation("08P01", octets().int8('C').int32(3).array());
    }

    @Test
    void aMessageLongerThanTheLimitIs54000() {
        assertViolation("54000", octets().int8('D').int32(101).array());
    }

    @Test
    void messagesOfBothSidesAndPacketsAreEncoded() {
        assertThat(encoded(new Query("select 1")))
                .isEqualTo(octets().text("select 1").message('Q'));
        assertThat(encoded(Sync.INSTANCE)).isEqualTo(octets().message('S'));
        assertThat(encoded(new CommandComplete("DO")))
                .isEqualTo(octets().text("DO").message('C'));
        assertThat(encoded(new StartupMessage(ProtocolVersion.V3_0, List.of())))
                .isEqualTo(octets().int32(196608).int8(0).packet());
        assertThat(encoded(new CancelRequest(1, Bytes.of("abcd"))))
                .isEqualTo(octets().int32(80877102).int32(1).raw("abcd").packet());
    }

    private byte[] encoded(Object message) {
        channel.writeOutbound(message);
        ByteBuf out = channel.readOutbound();
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        return bytes;
    }

    private void assertViolation(String sqlState, byte[] bytes) {
        assertThatExceptionOfType(DecoderException.class)
                .isThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                ProtocolException.class,
                                cause -> assertThat(cause.sqlState()).isEqualTo(sqlState)));
    }
}
