package io.pgproxy.protocol.startup;

import static io.pgproxy.protocol.Octets.octets;
import static io.pgproxy.protocol.Octets.written;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StartupDecoderTest {
    private static final int V3 = 196608;

    record Case(StartupPacket packet, Bytes whole) {
        Case(StartupPacket packet, byte[] bytes) {
            this(packet, Bytes.copyOf(bytes));
        }

        byte[] bytes() {
            return whole.toByteArray();
        }

        @Override
        public String toString() {
            return packet.toString();
        }
    }

    static List<Case> packets() {
        return List.of(
                new Case(SslRequest.INSTANCE, octets().int32(80877103).packet()),
                new Case(GssEncRequest.INSTANCE, octets().int32(80877104).packet()),
                new Case(
                        new CancelRequest(4711, Bytes.of("\1\2\3\4")),
                        octets().int32(80877102).int32(4711).int32(0x01020304).packet()),
                new Case(
                        new CancelRequest(-1, Bytes.of("k".repeat(256))),
                        octets().int32(80877102).int32(-1).raw("k".repeat(256)).packet()),
                new Case(
                        new StartupMessage(ProtocolVersion.V3_0, List.of()),
                        octets().int32(V3).int8(0).packet()),
                new Case(
                        new StartupMessage(
                                new ProtocolVersion(3, 9999),
                                List.of(
                                        new StartupParameter("user", "ann"),
                                        new StartupParameter("_pq_.x", "1"),
                                        new StartupParameter("options", ""),
                                        new StartupParameter("database", "shop"),
                                        new StartupParameter("user", "bob"))),
                        octets().int32(V3 + 9999)
                                .text("user")
                                .text("ann")
                                .text("_pq_.x")
                                .text("1")
                                .text("options")
                                .text("")
                                .text("database")
                                .text("shop")
                                .text("user")
                                .text("bob")
                                .int8(0)
                                .packet()),
                new Case(
                        new UnsupportedVersion(new ProtocolVersion(2, 0), Bytes.of("anything")),
                        octets().int32(2 << 16).raw("anything").packet()),
                new Case(
                        new UnsupportedVersion(new ProtocolVersion(4, 0), Bytes.EMPTY),
                        octets().int32(4 << 16).packet()));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void aPacketIsReadAndWritten(Case packet) {
        assertThat(new StartupDecoder().decode(Unpooled.wrappedBuffer(packet.bytes())))
                .isEqualTo(packet.packet);
        assertThat(written(packet.packet::write)).isEqualTo(packet.bytes());
    }

    @ParameterizedTest
    @MethodSource("packets")
    void anySplitGivesTheSamePacket(Case packet) {
        for (int first = 0; first <= packet.bytes().length; first++) {
            for (int second = first; second <= packet.bytes().length; second++) {
                StartupDecoder decoder = new StartupDecoder();
                List<StartupPacket> packets = new ArrayList<>();
                decodeAll(decoder, Unpooled.wrappedBuffer(packet.bytes(), 0, first), packets);
                decodeAll(decoder, Unpooled.wrappedBuffer(packet.bytes(), first, second - first), packets);
                decodeAll(
                        decoder,
                        Unpooled.wrappedBuffer(packet.bytes(), second, packet.bytes().length - second),
                        packets);
                assertThat(packets).containsExactly(packet.packet);
                assertThat(decoder.isPartial()).isFalse();
            }
        }
    }

    @Test
    void whatFollowsAPacketStaysInTheBuffer() {
        ByteBuf in = Unpooled.wrappedBuffer(
                octets().int32(80877103).packet(), octets().int32(V3).int8(0).packet(), new byte[] {'Q', 0});
        StartupDecoder decoder = new StartupDecoder();

        assertThat(decoder.decode(in)).isSameAs(SslRequest.INSTANCE);
        assertThat(in.readableBytes()).isEqualTo(11);
        assertThat(decoder.decode(in)).isInstanceOf(StartupMessage.class);
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 7, 10_001, 0x16030100, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void aLengthThatNoPacketHasIsRefusedAtItsFourthByte(int length) {
        StartupDecoder decoder = new StartupDecoder();
        byte[] bytes = octets().int32(length).array();

        assertThat(decoder.decode(Unpooled.wrappedBuffer(bytes, 0, 3))).isNull();
        assertViolation(decoder, Unpooled.wrappedBuffer(bytes, 3, 1));
    }

    @Test
    void theLongestPacketIsRead() {
        String name = "n".repeat(10_000 - 8 - 3);
        byte[] bytes = octets().int32(V3).text(name).text("").int8(0).packet();

        StartupPacket packet = new StartupDecoder().decode(Unpooled.wrappedBuffer(bytes));

        assertThat(bytes).hasSize(10_000);
        assertThat(packet).isEqualTo(new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter(name, ""))));
    }

    @Test
    void parametersWithoutAnEndAreAViolation() {
        assertViolation(octets().int32(V3).packet());
        assertViolation(octets().int32(V3).text("user").packet());
        assertViolation(octets().int32(V3).text("user").text("ann").packet());
        assertViolation(octets().int32(V3).text("user").raw("ann").packet());
    }

    @Test
    void bytesBehindTheTerminatorAreAViolation() {
        assertViolation(octets().int32(V3).int8(0).int8(0).packet());
        assertViolation(
                octets().int32(V3).text("user").text("ann").int8(0).text("x").packet());
        assertViolation(octets().int32(80877103).int8(0).packet());
        assertViolation(octets().int32(80877104).int8(0).packet());
    }

    @Test
    void aCancelKeyHasFourTo256Bytes() {
        assertViolation(octets().int32(80877102).int32(1).packet());
        assertViolation(octets().int32(80877102).int32(1).raw("abc").packet());
        assertViolation(octets().int32(80877102).int32(1).raw("k".repeat(257)).packet());
        assertViolation(octets().int32(80877102).int16(1).packet());
    }

    @Test
    void theLaterOfTwoParametersCounts() {
        StartupMessage message = (StartupMessage) packets().get(5).packet();

        assertThat(message.user()).isEqualTo("bob");
        assertThat(message.requireUser()).isEqualTo("bob");
        assertThat(message.database()).isEqualTo("shop");
        assertThat(message.options()).isEmpty();
        assertThat(message.parameter("User")).isNull();
        assertThat(message.protocolOptions()).containsExactly(new StartupParameter("_pq_.x", "1"));
    }

    @Test
    void theDatabaseIsTheUsersUnlessGiven() {
        StartupMessage message = new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "ann")));

        assertThat(message.database()).isEqualTo("ann");
    }

    @Test
    void aSessionWithoutAUserIsRefusedWith28000() {
        StartupMessage message = new StartupMessage(ProtocolVersion.V3_0, List.of(new StartupParameter("user", "")));

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(message::requireUser)
                .returns("28000", ProtocolException::sqlState);
    }

    @Test
    void anotherMajorVersionIsRefusedByName() {
        UnsupportedVersion packet = new UnsupportedVersion(new ProtocolVersion(2, 0), Bytes.EMPTY);

        assertThat(packet.refusal().sqlState()).isEqualTo("0A000");
        assertThat(packet.refusal().isFatal()).isTrue();
        assertThat(packet.refusal().message()).contains("2.0");
    }

    @Test
    void noSecretAndNoParameterShowsInToString() {
        assertThat(new CancelRequest(7, Bytes.of("abcd")).toString()).isEqualTo("CancelRequest[pid=7]");
        assertThat(packets().get(5).packet()).hasToString("StartupMessage[version=3.9999, user=bob, database=shop]");
    }

    @Test
    void namesAndValuesThatAreNotUtf8AreWrittenAsTheyCame() {
        byte[] value = "Jürgen".getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeInt(4 + 4 + 5 + value.length + 2).writeInt(V3);
        bytes.writeBytes(octets().text("user").array()).writeBytes(value).writeZero(2);
        byte[] expected = new byte[bytes.readableBytes()];
        bytes.getBytes(0, expected);

        StartupPacket packet = requireNonNull(new StartupDecoder().decode(bytes));

        assertThat(written(packet::write)).isEqualTo(expected);
    }

    @Test
    void randomPacketsAreAViolationOrAreWrittenAsTheyCame() {
        Random random = new Random(42);
        int[] codes = {V3, V3 + 2, 80877102, 80877103, 80877104, 2 << 16, 0, -1};
        int read = 0;
        for (int round = 0; round < 50_000; round++) {
            byte[] body = new byte[random.nextInt(24)];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
            }
            ByteBuf in = Unpooled.buffer();
            in.writeInt(8 + body.length)
                    .writeInt(codes[random.nextInt(codes.length)])
                    .writeBytes(body);
            byte[] expected = new byte[in.readableBytes()];
            in.getBytes(0, expected);
            try {
                StartupPacket packet = requireNonNull(new StartupDecoder().decode(in));
                assertThat(written(packet::write)).isEqualTo(expected);
                read++;
            } catch (ProtocolException violation) {
                assertThat(violation.sqlState()).isEqualTo("08P01");
            }
        }
        assertThat(read).isBetween(10_000, 45_000);
    }

    private static void decodeAll(StartupDecoder decoder, ByteBuf in, List<StartupPacket> packets) {
        StartupPacket packet = decoder.decode(in);
        while (packet != null) {
            packets.add(packet);
            packet = decoder.decode(in);
        }
    }

    private static void assertViolation(byte[] packet) {
        assertViolation(new StartupDecoder(), Unpooled.wrappedBuffer(packet));
    }

    private static void assertViolation(StartupDecoder decoder, ByteBuf in) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.decode(in))
                .returns("08P01", ProtocolException::sqlState);
    }
}
