package io.pgproxy.protocol.message;

import static io.pgproxy.protocol.Octets.octets;
import static io.pgproxy.protocol.Octets.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.Octets;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.message.backend.Authentication;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.message.backend.NegotiateProtocolVersion;
import io.pgproxy.protocol.message.frontend.AuthenticationResponse;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.CopyData;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.message.frontend.FunctionCall;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.PasswordMessage;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.SASLInitialResponse;
import io.pgproxy.protocol.message.frontend.SASLResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class MessagesTest {
    private static final int ROUNDS = 20_000;

    static Stream<MessageCase> messages() {
        return Stream.concat(FrontendCases.all().stream(), BackendCases.all().stream());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsReadAndWritten(MessageCase message) {
        assertThat(message.reader().apply(Unpooled.wrappedBuffer(message.body())))
                .isEqualTo(message.message());
        assertThat(written(message.writer())).isEqualTo(message.bytes());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void readingEndsAtTheEndOfTheBody(MessageCase message) {
        ByteBuf body = Unpooled.wrappedBuffer(message.body());

        assertThat(message.reader().apply(body)).isNotNull();
        assertThat(body.isReadable()).isFalse();
        assertThat(body.refCnt()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsWrittenBehindWhatTheBufferHolds(MessageCase message) {
        byte[] twice = written(out -> {
            out.writeByte(1);
            message.writer().accept(out);
        });

        assertThat(Arrays.copyOfRange(twice, 1, twice.length)).isEqualTo(message.bytes());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyTruncationIsAViolation(MessageCase message) {
        byte[] body = message.body();
        for (int length = 0; length < body.length; length++) {
            ByteBuf truncated = Unpooled.wrappedBuffer(body, 0, length);
            if (message.openEnded()) {
                assertViolationOrSameBytes(message.reader(), truncated);
            } else {
                assertViolation(message.reader(), truncated);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyExtensionIsAViolation(MessageCase message) {
        byte[] body = message.body();
        for (int extra = 1; extra <= 5; extra++) {
            ByteBuf extended = Unpooled.wrappedBuffer(Arrays.copyOf(body, body.length + extra));
            if (message.openEnded()) {
                assertViolationOrSameBytes(message.reader(), extended);
            } else {
                assertViolation(message.reader(), extended);
            }
        }
    }

    @Test
    void everyTagHasItsMessage() {
        assertThat(FrontendCases.all().stream().map(message -> ((FrontendMessage) message.message()).tag()))
                .contains(FrontendTag.values());
        assertThat(BackendCases.all().stream().map(message -> ((BackendMessage) message.message()).tag()))
                .contains(BackendTag.values());
    }

    @ParameterizedTest
    @EnumSource(value = FrontendTag.class, mode = EnumSource.Mode.EXCLUDE, names = "PASSWORD")
    void randomBodiesOfAClientAreAViolationOrAValidMessage(FrontendTag tag) {
        randomBodies(tag.code(), body -> FrontendMessage.read(tag, body));
    }

    @ParameterizedTest
    @EnumSource(AuthenticationResponse.Kind.class)
    void randomAnswersToAuthenticationRequestsAreAViolationOrAValidMessage(AuthenticationResponse.Kind kind) {
        randomBodies(kind.name().hashCode(), body -> AuthenticationResponse.read(kind, body));
    }

    @ParameterizedTest
    @EnumSource(BackendTag.class)
    void randomBodiesOfAServerAreAViolationOrAValidMessage(BackendTag tag) {
        randomBodies(tag.code(), body -> BackendMessage.read(tag, body));
    }

    @Test
    void aClientThatIsLoggedInCannotAnswerAnAuthenticationRequest() {
        assertViolation(
                body -> FrontendMessage.read(FrontendTag.PASSWORD, body),
                Unpooled.wrappedBuffer(octets().text("x").array()));
    }

    @Test
    void aBindOfAsManyParametersAsACountCanTellIsRead() {
        List<@Nullable Bytes> parameters = new ArrayList<>();
        List<Format> formats = new ArrayList<>();
        for (int i = 0; i < 65_535; i++) {
            parameters.add(i % 3 == 0 ? null : Bytes.of("p" + i));
            formats.add(i % 2 == 0 ? Format.TEXT : Format.BINARY);
        }
        Bind bind = new Bind("", "", formats, parameters, List.of());

        byte[] bytes = written(bind::write);

        assertThat(FrontendMessage.read(FrontendTag.BIND, Unpooled.wrappedBuffer(bytes, 5, bytes.length - 5)))
                .isEqualTo(bind);
    }

    @Test
    void aCountThatTheBytesCannotHoldIsAViolation() {
        assertViolation(Parse::read, octets().text("").text("").int16(65_535));
        assertViolation(Bind::read, octets().text("").text("").int16(0).int16(65_535));
        assertViolation(DataRow::read, octets().int16(65_535).int32(-1));
        assertViolation(NegotiateProtocolVersion::read, octets().int32(196610).int32(Integer.MAX_VALUE));
        assertViolation(NegotiateProtocolVersion::read, octets().int32(196610).int32(-1));
    }

    @Test
    void minusOneIsTheOnlyNegativeLength() {
        assertViolation(DataRow::read, octets().int16(1).int32(-2));
        assertViolation(DataRow::read, octets().int16(1).int32(Integer.MIN_VALUE));
        assertViolation(
                DataRow::read, octets().int16(1).int32(Integer.MAX_VALUE).raw("abc"));
        assertViolation(
                SASLInitialResponse::read, octets().text("SCRAM-SHA-256").int32(-2));
        assertViolation(
                Bind::read,
                octets().text("").text("").int16(0).int16(1).int32(-2).int16(0));
    }

    @Test
    void formatsHaveToFitTheirValues() {
        assertViolation(
                Bind::read,
                octets().text("")
                        .text("")
                        .int16(2)
                        .int16(0)
                        .int16(0)
                        .int16(1)
                        .int32(-1)
                        .int16(0));
        assertViolation(
                FunctionCall::read,
                octets().int32(1).int16(2).int16(0).int16(0).int16(1).int32(-1).int16(0));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Bind("", "", List.of(Format.TEXT, Format.TEXT), List.of(), List.of()));
    }

    @Test
    void aFormatIsGivenForNoneForAllOrForEach() {
        List<@Nullable Bytes> two = Collections.nCopies(2, null);
        Bind none = new Bind("", "", List.of(), two, List.of());
        Bind all = new Bind("", "", List.of(Format.BINARY), two, List.of(Format.BINARY));
        Bind each = new Bind("", "", List.of(Format.TEXT, Format.BINARY), two, List.of(Format.BINARY, Format.TEXT));

        assertThat(none.parameterFormat(1)).isEqualTo(Format.TEXT);
        assertThat(none.resultFormat(7)).isEqualTo(Format.TEXT);
        assertThat(all.parameterFormat(1)).isEqualTo(Format.BINARY);
        assertThat(all.resultFormat(7)).isEqualTo(Format.BINARY);
        assertThat(each.parameterFormat(0)).isEqualTo(Format.TEXT);
        assertThat(each.parameterFormat(1)).isEqualTo(Format.BINARY);
        assertThat(each.resultFormat(1)).isEqualTo(Format.TEXT);
    }

    @Test
    void aNameIsOneOfAStatementOrOfAPortal() {
        assertViolation(Describe::read, octets().int8('X').text("s"));
    }

    @Test
    void anUnknownAuthenticationRequestIsAViolation() {
        assertViolation(Authentication::read, octets().int32(1));
        assertViolation(Authentication::read, octets().int32(13));
        assertViolation(Authentication::read, octets().int32(-1));
    }

    @Test
    void aCancelKeyHasFourTo256Bytes() {
        assertViolation(BackendKeyData::read, octets().int32(1).raw("abc"));
        assertViolation(BackendKeyData::read, octets().int32(1).raw("k".repeat(257)));
    }

    @Test
    void aPasswordEndsAtItsOnlyZeroByte() {
        assertViolation(PasswordMessage::read, octets().raw("a").int8(0).text("b"));
    }

    @Test
    void noValueAndNoSecretShowsInToString() {
        Bytes secret = Bytes.of("sesame");
        List<@Nullable Bytes> values = List.of(secret);
        assertThat(Stream.of(
                                new PasswordMessage(secret),
                                new SASLInitialResponse("SCRAM-SHA-256", secret),
                                new SASLResponse(secret),
                                new Query("select 'sesame'"),
                                new Parse("", "select 'sesame'", List.of()),
                                new Bind("", "", List.of(), values, List.of()),
                                new FunctionCall(1, List.of(), values, Format.TEXT),
                                new CopyData(secret),
                                new DataRow(values),
                                new BackendKeyData(1, secret))
                        .map(Object::toString))
                .noneMatch(text -> text.contains("sesame") || text.contains("115"));
    }

    /** Short bodies of mostly small bytes: many are valid, and many nearly so. */
    private static void randomBodies(int seed, Function<ByteBuf, Object> reader) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] body = new byte[random.nextInt(20)];
            for (int i = 0; i < body.length; i++) {
                int kind = random.nextInt(8);
                body[i] = (byte) (kind < 5 ? 0 : kind < 7 ? random.nextInt(4) : random.nextInt(256));
            }
            assertViolationOrSameBytes(reader, Unpooled.wrappedBuffer(body));
        }
    }

    private static void assertViolationOrSameBytes(Function<ByteBuf, Object> reader, ByteBuf body) {
        byte[] expected = new byte[body.readableBytes()];
        body.getBytes(0, expected);
        Object message;
        try {
            message = reader.apply(body);
        } catch (ProtocolException violation) {
            // The server has a state of its own for formats that there are not.
            boolean format = String.valueOf(violation.getMessage()).startsWith("unsupported format code: ");
            assertThat(violation.sqlState()).isEqualTo(format ? "22023" : "08P01");
            return;
        }
        Consumer<ByteBuf> writer =
                message instanceof FrontendMessage frontend ? frontend::write : ((BackendMessage) message)::write;
        byte[] bytes = written(writer);
        assertThat(Arrays.copyOfRange(bytes, 5, bytes.length)).isEqualTo(expected);
    }

    private static void assertViolation(Function<ByteBuf, Object> reader, Octets body) {
        assertViolation(reader, Unpooled.wrappedBuffer(body.array()));
    }

    private static void assertViolation(Function<ByteBuf, Object> reader, ByteBuf body) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> reader.apply(body))
                .returns("08P01", ProtocolException::sqlState);
    }
}
