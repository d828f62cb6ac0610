package io.pgproxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CStringTest {
    @Test
    void textIsReadAndWrittenAsUtf8() {
        byte[] bytes = {'z', (byte) 0xc3, (byte) 0xa4, (byte) 0xf0, (byte) 0x9f, (byte) 0x90, (byte) 0x98, 0};

        assertThat(CString.read(Unpooled.wrappedBuffer(bytes))).isEqualTo("zä🐘");
        assertThat(Octets.written(out -> CString.write(out, "zä🐘"))).isEqualTo(bytes);
        assertThat(CString.isUtf8("zä🐘")).isTrue();
    }

    @Test
    void bytesThatAreNotUtf8SurviveReadingAndWriting() {
        byte[] latin1 = "Grüße".getBytes(StandardCharsets.ISO_8859_1);

        String text = CString.decode(latin1);

        assertThat(text).isEqualTo("Gr\udcfc\udcdfe");
        assertThat(CString.encode(text)).isEqualTo(latin1);
        assertThat(CString.isUtf8(text)).isFalse();
    }

    @Test
    void randomBytesSurviveReadingAndWriting() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int i = 0; i < bytes.length; i++) {
                // Mostly bytes that begin or continue sequences, so that all kinds of malformed ones come up.
                int b = random.nextInt(4) == 0 ? random.nextInt(256) : 0x80 + random.nextInt(0x80);
                bytes[i] = (byte) (b == 0 ? 1 : b);
            }
            assertThat(CString.encode(CString.decode(bytes)))
                    .as(() -> Arrays.toString(bytes))
                    .isEqualTo(bytes);
        }
    }

    @Test
    void theReplacementCharacterItselfIsUtf8() {
        byte[] bytes = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

        assertThat(CString.decode(bytes)).isEqualTo("\ufffd");
        assertThat(CString.encode("\ufffd")).isEqualTo(bytes);
    }

    @Test
    void readingStopsBehindTheZeroByte() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {'a', 0, 'b', 0});

        assertThat(CString.read(in)).isEqualTo("a");
        assertThat(in.readerIndex()).isEqualTo(2);
    }

    @Test
    void aMissingZeroByteIsAViolation() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> CString.read(Unpooled.wrappedBuffer(new byte[] {'a', 'b'})))
                .returns(SqlState.PROTOCOL_VIOLATION, ProtocolException::sqlState);
    }

    @Test
    void aZeroCharacterCannotBeWritten() {
        ByteBuf out = Unpooled.buffer();

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> CString.write(out, "a\0b"));
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void halfAPairOfSurrogatesBecomesAQuestionMark() {
        assertThat(CString.encode("a\ud83d")).isEqualTo(new byte[] {'a', '?'});
        assertThat(CString.encode("\udc00b")).isEqualTo(new byte[] {'?', 'b'});
    }
}
