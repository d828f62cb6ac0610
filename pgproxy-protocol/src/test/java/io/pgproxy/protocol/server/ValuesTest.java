package io.pgproxy.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.Parameter;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ValuesTest {
    private static final UUID SOME_UUID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    /** A value, and what PostgreSQL 15 prints and sends for it. */
    record Case(int typeOid, Object value, String text, String binary) {}

    static Stream<Case> values() {
        return Stream.of(
                        List.of(
                                new Case(Oid.BOOL, true, "t", "01"),
                                new Case(Oid.BOOL, false, "f", "00"),
                                new Case(Oid.INT2, -2, "-2", "fffe"),
                                new Case(Oid.INT4, 1, "1", "00000001"),
                                new Case(Oid.INT8, Long.MIN_VALUE, "-9223372036854775808", "8000000000000000"),
                                new Case(Oid.OID, 4294967295L, "4294967295", "ffffffff"),
                                new Case(Oid.TEXT, "zä", "zä", "7ac3a4"),
                                new Case(Oid.JSON, "{\"a\": 1}", "{\"a\": 1}", "7b2261223a20317d"),
                                new Case(Oid.JSONB, "{\"a\": 1}", "{\"a\": 1}", "017b2261223a20317d"),
                                new Case(
                                        Oid.UUID, SOME_UUID, SOME_UUID.toString(), "00112233445566778899aabbccddeeff")),
                        numbers(),
                        times())
                .flatMap(List::stream);
    }

    private static List<Case> numbers() {
        return List.of(
                numeric("0", "0000000000000000"),
                numeric("1", "00010000000000000001"),
                numeric("-1", "00010000400000000001"),
                numeric("10000", "00010001000000000001"),
                numeric("0.0001", "0001ffff000000040001"),
                numeric("12345678.9", "000300010000000104d2162e2328"),
                numeric("-0.00001234", "0001fffe4000000804d2"),
                numeric("100000000", "00010002000000000001"),
                numeric("0.00", "0000000000000002"),
                numeric("1.10", "0002000000000002000103e8"),
                numeric("99999.99990", "00030001000000050009270f270f"),
                numeric("1230000000000", "0002000300000000000108fc"),
                new Case(Oid.FLOAT8, 0.0, "0", "0000000000000000"),
                new Case(Oid.FLOAT8, -0.0, "-0", "8000000000000000"),
                new Case(Oid.FLOAT8, -1.5, "-1.5", "bff8000000000000"),
                new Case(Oid.FLOAT8, 100000.0, "100000", "40f86a0000000000"),
                new Case(Oid.FLOAT8, 999999999999999.0, "999999999999999", "430c6bf52633fff8"),
                new Case(Oid.FLOAT8, 1e15, "1e+15", "430c6bf526340000"),
                new Case(Oid.FLOAT8, 1234567890123456.0, "1.234567890123456e+15", "43118b54f22aeb00"),
                new Case(Oid.FLOAT8, 0.0001, "0.0001", "3f1a36e2eb1c432d"),
                new Case(Oid.FLOAT8, 1.5e-5, "1.5e-05", "3eef75104d551d69"),
                new Case(Oid.FLOAT8, -2.5e-300, "-2.5e-300", "81bac9a7b3b7302f"),
                new Case(Oid.FLOAT8, Double.NaN, "NaN", "7ff8000000000000"),
                new Case(Oid.FLOAT8, Double.NEGATIVE_INFINITY, "-Infinity", "fff0000000000000"),
                new Case(Oid.FLOAT4, 0.1f, "0.1", "3dcccccd"),
                new Case(Oid.FLOAT4, 999999f, "999999", "497423f0"),
                new Case(Oid.FLOAT4, 1000000f, "1e+06", "49742400"),
                new Case(Oid.FLOAT4, 1234567f, "1.234567e+06", "4996b438"),
                new Case(Oid.FLOAT4, 1e-5f, "1e-05", "3727c5ac"));
    }

    private static List<Case> times() {
        return List.of(
                new Case(Oid.DATE, LocalDate.of(1999, 12, 31), "1999-12-31", "ffffffff"),
                new Case(Oid.DATE, LocalDate.of(2024, 2, 29), "2024-02-29", "00002279"),
                new Case(Oid.TIME, LocalTime.of(12, 34, 56, 500_000_000), "12:34:56.5", "0000000a8be1bd20"),
                new Case(Oid.TIME, LocalTime.MIDNIGHT, "00:00:00", "0000000000000000"),
                new Case(
                        Oid.TIMESTAMP,
                        LocalDateTime.of(2024, 2, 29, 12, 34, 56, 789_000_000),
                        "2024-02-29 12:34:56.789",
                        "0002b58341728608"),
                new Case(
                        Oid.TIMESTAMP,
                        LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_999_000),
                        "1999-12-31 23:59:59.999999",
                        "ffffffffffffffff"),
                new Case(
                        Oid.TIMESTAMPTZ,
                        OffsetDateTime.of(2024, 2, 29, 10, 34, 56, 789_000_000, ZoneOffset.UTC),
                        "2024-02-29 10:34:56.789+00",
                        "0002b581944b3e08"));
    }

    private static Case numeric(String text, String binary) {
        return new Case(Oid.NUMERIC, new BigDecimal(text), text, binary);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsWrittenAsPostgresqlWritesIt(Case value) {
        assertThat(written(value.typeOid, Format.TEXT, value.value)).isEqualTo(Bytes.of(value.text));
        assertThat(written(value.typeOid, Format.BINARY, value.value)).isEqualTo(hex(value.binary));
    }

    @ParameterizedTest
    @MethodSource("values")
    void aParameterIsReadAsTheValueItWasWrittenFrom(Case value) {
        assertThat(ValueReader.read(new Parameter(value.typeOid, Format.TEXT, Bytes.of(value.text))))
                .isEqualTo(value.value);
        assertThat(ValueReader.read(new Parameter(value.typeOid, Format.BINARY, hex(value.binary))))
                .isEqualTo(value.value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void binaryParametersOfAnotherLengthAreRefused(Case value) {
        if (List.of(Oid.TEXT, Oid.JSON, Oid.JSONB).contains(value.typeOid)) {
            return;
        }
        assertInvalidBinary(value.typeOid, hex(value.binary + "00"));
        assertInvalidBinary(value.typeOid, hex(value.binary.substring(2)));
    }

    @Test
    void yearsBeforeOneAndBehind9999AreWrittenAsPostgresqlWritesThem() {
        assertThat(written(Oid.DATE, Format.TEXT, LocalDate.of(-43, 3, 15))).isEqualTo(Bytes.of("0044-03-15 BC"));
        assertThat(written(Oid.DATE, Format.BINARY, LocalDate.of(-43, 3, 15))).isEqualTo(hex("fff49d7b"));
        assertThat(written(Oid.DATE, Format.TEXT, LocalDate.of(10000, 1, 1))).isEqualTo(Bytes.of("10000-01-01"));
        assertThat(written(Oid.TIMESTAMP, Format.TEXT, LocalDateTime.of(0, 1, 1, 0, 0)))
                .isEqualTo(Bytes.of("0001-01-01 00:00:00 BC"));
        assertThat(written(Oid.TIMESTAMP, Format.BINARY, LocalDateTime.of(0, 1, 1, 0, 0)))
                .isEqualTo(hex("ff1fc63d1bb12000"));
    }

    @Test
    void byteaIsHexInTextAndItselfInBinary() {
        byte[] value = {0, (byte) 0xff};

        assertThat(written(Oid.BYTEA, Format.TEXT, value)).isEqualTo(Bytes.of("\\x00ff"));
        assertThat(written(Oid.BYTEA, Format.BINARY, value)).isEqualTo(hex("00ff"));
        assertThat((byte[]) ValueReader.read(new Parameter(Oid.BYTEA, Format.TEXT, Bytes.of("\\x00ff"))))
                .isEqualTo(value);
        assertThat((byte[]) ValueReader.read(new Parameter(Oid.BYTEA, Format.BINARY, hex("00ff"))))
                .isEqualTo(value);
    }

    @Test
    void nullAndEncodedValuesAreTakenAsTheyAre() {
        ByteBuf out = Unpooled.buffer();
        ValueWriter.write(out, Column.int4("n"), null);
        assertThat(out.readInt()).isEqualTo(-1);
        assertThat(written(Oid.INT4, Format.BINARY, Bytes.of("as it is"))).isEqualTo(Bytes.of("as it is"));
        assertThat(ValueReader.read(new Parameter(Oid.INT4, Format.BINARY, null)))
                .isNull();
    }

    @Test
    void anInstantIsATimestamptz() {
        Instant instant = Instant.parse("2024-02-29T10:34:56.789Z");

        assertThat(written(Oid.TIMESTAMPTZ, Format.TEXT, instant)).isEqualTo(Bytes.of("2024-02-29 10:34:56.789+00"));
        assertThat(written(Oid.TIMESTAMPTZ, Format.BINARY, instant)).isEqualTo(hex("0002b581944b3e08"));
    }

    @Test
    void offsetsAreReadInEverySpelling() {
        OffsetDateTime expected = OffsetDateTime.parse("2024-02-29T12:00:00+02:00");

        for (String text : List.of("2024-02-29 12:00:00+02", "2024-02-29 12:00:00+02:00", "2024-02-29T12:00:00+02")) {
            assertThat(ValueReader.read(new Parameter(Oid.TIMESTAMPTZ, Format.TEXT, Bytes.of(text))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertRefused("22003", Oid.INT2, 40_000);
        assertRefused("22003", Oid.INT4, 1L << 40);
        assertRefused("22003", Oid.INT8, new BigDecimal("1e30"));
        assertRefused("22003", Oid.OID, 1L << 32);
        assertRefused("42804", Oid.BOOL, "t");
        assertRefused("0A000", Oid.INTERVAL, "1 day");
    }

    @Test
    void textThatIsNoValueOfItsTypeIsRefused() {
        for (int type : new int[] {
            Oid.BOOL,
            Oid.INT2,
            Oid.INT4,
            Oid.INT8,
            Oid.OID,
            Oid.FLOAT8,
            Oid.NUMERIC,
            Oid.BYTEA,
            Oid.UUID,
            Oid.DATE,
            Oid.TIME,
            Oid.TIMESTAMP,
            Oid.TIMESTAMPTZ
        }) {
            assertThatExceptionOfType(PgErrorException.class)
                    .isThrownBy(() -> ValueReader.read(new Parameter(type, Format.TEXT, Bytes.of("\\xrubbish"))))
                    .returns("22P02", e -> e.error().sqlState());
        }
    }

    @Test
    void whateverAClientSendsCanBeShown() {
        assertThat(ValueReader.asText(new Parameter(Oid.INT4, Format.BINARY, null)))
                .isNull();
        assertThat(ValueReader.asText(new Parameter(Oid.INT4, Format.TEXT, Bytes.of("nonsense"))))
                .isEqualTo("nonsense");
        assertThat(ValueReader.asText(new Parameter(Oid.INT4, Format.BINARY, hex("00000007"))))
                .isEqualTo("7");
        assertThat(ValueReader.asText(new Parameter(Oid.INT4, Format.BINARY, hex("07"))))
                .isEqualTo("\\x07");
        assertThat(ValueReader.asText(new Parameter(Oid.BYTEA, Format.BINARY, hex("00ff"))))
                .isEqualTo("\\x00ff");
        assertThat(ValueReader.asText(new Parameter(1007, Format.BINARY, hex("0001"))))
                .isEqualTo("\\x0001");
        assertThat(ValueReader.asText(new Parameter(0, Format.BINARY, hex("6162"))))
                .isNotEmpty();
    }

    @Test
    void randomBinaryParametersAreRefusedOrRead() {
        Random random = new Random(5);
        int[] types = {Oid.NUMERIC, Oid.DATE, Oid.TIME, Oid.TIMESTAMP, Oid.TIMESTAMPTZ, Oid.UUID, Oid.INT8};
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(4) * 4];
            random.nextBytes(bytes);
            Parameter parameter =
                    new Parameter(types[random.nextInt(types.length)], Format.BINARY, Bytes.copyOf(bytes));
            try {
                assertThat(ValueReader.read(parameter)).isNotNull();
                read++;
            } catch (PgErrorException refused) {
                assertThat(refused.error().sqlState()).isIn("22P03", "22003");
            }
        }
        assertThat(read).isPositive();
    }

    private static void assertInvalidBinary(int typeOid, Bytes bytes) {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> ValueReader.read(new Parameter(typeOid, Format.BINARY, bytes)))
                .returns(true, e -> List.of("22P03", "22003").contains(e.error().sqlState()));
    }

    private static void assertRefused(String sqlState, int typeOid, Object value) {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> written(typeOid, Format.BINARY, value))
                .returns(sqlState, e -> e.error().sqlState());
    }

    private static @Nullable Bytes written(int typeOid, Format format, Object value) {
        ByteBuf out = Unpooled.buffer();
        ValueWriter.write(out, Column.of("c", typeOid, -1).in(format), value);
        return Bytes.read(out, out.readInt());
    }

    private static Bytes hex(String hex) {
        return Bytes.copyOf(ByteBufUtil.decodeHexDump(hex));
    }
}
