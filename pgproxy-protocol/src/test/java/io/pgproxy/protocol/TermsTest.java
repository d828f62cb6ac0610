package io.pgproxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TermsTest {
    @Test
    void versionsAreTwoNumbersInOne() {
        assertThat(ProtocolVersion.V3_0.code()).isEqualTo(196608);
        assertThat(ProtocolVersion.of(0x00030002)).isEqualTo(ProtocolVersion.V3_2);
        assertThat(ProtocolVersion.of(-1)).isEqualTo(new ProtocolVersion(65535, 65535));
        assertThat(ProtocolVersion.of(-1).code()).isEqualTo(-1);
        assertThat(ProtocolVersion.V3_2).hasToString("3.2");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new ProtocolVersion(3, 65536));
    }

    @Test
    void formatsHaveCodes() {
        assertThat(Format.of(0)).isSameAs(Format.TEXT);
        assertThat(Format.of(1)).isSameAs(Format.BINARY);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> Format.of(2))
                .withMessage("unsupported format code: 2")
                .returns("22023", ProtocolException::sqlState);
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> Format.of(-1));
    }

    @ParameterizedTest
    @EnumSource(TransactionStatus.class)
    void aTransactionStatusIsFoundByItsCode(TransactionStatus status) {
        assertThat(TransactionStatus.of(status.code())).isSameAs(status);
    }

    @ParameterizedTest
    @EnumSource(FrontendTag.class)
    void aFrontendTagIsFoundByItsCode(FrontendTag tag) {
        assertThat(FrontendTag.of(tag.code())).isSameAs(tag);
    }

    @ParameterizedTest
    @EnumSource(BackendTag.class)
    void aBackendTagIsFoundByItsCode(BackendTag tag) {
        assertThat(BackendTag.of(tag.code())).isSameAs(tag);
    }

    @Test
    void noTagIsFoundByAnotherByte() {
        assertThat(FrontendTag.of((byte) 0)).isNull();
        assertThat(FrontendTag.of((byte) 0xff)).isNull();
        assertThat(BackendTag.of((byte) 'B')).isNull();
    }

    @Test
    void theLimitsOfMessagesAreThoseOfTheServer() {
        assertThat(FrontendTag.QUERY.longest()).isEqualTo((1 << 30) - 2);
        assertThat(FrontendTag.SYNC.longest()).isEqualTo(10_000);
    }

    @Test
    void sqlStatesHaveFiveCharactersAndDiffer() throws IllegalAccessException {
        Set<Object> seen = new HashSet<>();
        for (Field field : SqlState.class.getFields()) {
            assertThat(field.get(null)).asString().matches("[0-9A-Z]{5}");
            assertThat(seen.add(field.get(null))).as(field.getName()).isTrue();
        }
        assertThat(seen).contains("08P01", "57014", "XX000");
    }

    @Test
    void bytesAreCopiedOnTheirWayInAndOut() {
        byte[] array = {1, 2, 3};

        Bytes bytes = Bytes.copyOf(array);
        array[0] = 9;
        bytes.toByteArray()[1] = 9;

        assertThat(bytes.toByteArray()).containsExactly(1, 2, 3);
        assertThat(bytes).isEqualTo(Bytes.copyOf(new byte[] {1, 2, 3})).hasToString("3 bytes");
        assertThat(bytes.at(2)).isEqualTo((byte) 3);
        assertThat(bytes.buffer().isReadOnly()).isTrue();
        assertThat(Bytes.of("é").length()).isEqualTo(2);
        assertThat(Bytes.of("é").text()).isEqualTo("é");
    }

    @Test
    void moreBytesThanThereAreAreNotAllocated() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Bytes.read(Unpooled.wrappedBuffer(new byte[3]), Integer.MAX_VALUE));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Bytes.read(Unpooled.wrappedBuffer(new byte[3]), -1));
    }

    @Test
    void aCountIsComparedWithTheBytesLeftBeforeAnythingIsAllocated() {
        BodyReader reader = new BodyReader(Unpooled.wrappedBuffer(new byte[100]));

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> reader.elements(Integer.MAX_VALUE, 4, BodyReader::int32));
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> reader.elements(-1, 1, BodyReader::int8));
        assertThat(reader.elements(25, 4, BodyReader::int32)).hasSize(25);
    }

    @Test
    void moreElementsThanTwoBytesCanCountAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> MessageWriter.copyOf(java.util.Collections.nCopies(65_536, 1)));
    }

    @Test
    void aMessageIsWrittenWholeOrNotAtAll() {
        var out = Unpooled.buffer().writeByte(7);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> MessageWriter.write(out, (byte) 'x', body -> {
                    body.writeInt(1);
                    throw new IllegalStateException("in the middle");
                }));
        assertThat(out.readableBytes()).isEqualTo(1);
    }

    @Test
    void aParameterInBinaryFormatHasNoText() {
        assertThat(new Parameter(Oid.TEXT, Format.TEXT, Bytes.of("x")).text()).isEqualTo("x");
        assertThat(new Parameter(Oid.TEXT, Format.TEXT, null).text()).isNull();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> new Parameter(Oid.INT4, Format.BINARY, Bytes.of("abcd")).text());
    }
}
