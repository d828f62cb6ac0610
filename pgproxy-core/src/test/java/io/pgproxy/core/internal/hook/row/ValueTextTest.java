package io.pgproxy.core.internal.hook.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.ValueText;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server sends and what it prints for the same value are the same for us. */
@WithPostgres
final class ValueTextTest {
    /** A type by its name, its OID, the function that gives its binary format, and values. */
    record Type(String name, int oid, String send, List<String> values) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Type> types() {
        return List.of(
                new Type("bool", Oid.BOOL, "boolsend", List.of("t", "f")),
                new Type("\"char\"", Oid.CHAR, "charsend", List.of("a", "", "~")),
                new Type("int2", Oid.INT2, "int2send", List.of("0", "-32768", "32767")),
                new Type("int4", Oid.INT4, "int4send", List.of("0", "-2147483648", "2147483647")),
                new Type("int8", Oid.INT8, "int8send", List.of("-9223372036854775808", "9223372036854775807")),
                new Type("oid", Oid.OID, "oidsend", List.of("0", "4294967295")),
                new Type("float4", Oid.FLOAT4, "float4send", floats(Float.MIN_VALUE, Float.MAX_VALUE)),
                new Type("float8", Oid.FLOAT8, "float8send", floats(Double.MIN_VALUE, Double.MAX_VALUE)),
                new Type("numeric", Oid.NUMERIC, "numeric_send", numerics()),
                new Type("text", Oid.TEXT, "textsend", List.of("", "a", "zä€\uD83D\uDE00", "a\\b\"c'\n\t")),
                new Type("varchar", Oid.VARCHAR, "varcharsend", List.of("", "ä")),
                new Type("bpchar", Oid.BPCHAR, "bpcharsend", List.of("a")),
                new Type("name", Oid.NAME, "namesend", List.of("pg_class")),
                new Type("json", Oid.JSON, "json_send", List.of("{\"a\" : [1,  2]}")),
                new Type("jsonb", Oid.JSONB, "jsonb_send", List.of("{\"a\": [1, 2]}", "null")),
                new Type("xml", Oid.XML, "xml_send", List.of("<a>ä</a>")),
                new Type("bytea", Oid.BYTEA, "byteasend", List.of("\\x", "\\x00ff5c", "a\\\\b\\001")),
                new Type("uuid", Oid.UUID, "uuid_send", List.of("00112233-4455-6677-8899-aabbccddeeff")),
                new Type("date", Oid.DATE, "date_send", dates()),
                new Type("time", Oid.TIME, "time_send", times()),
                new Type("timestamp", Oid.TIMESTAMP, "timestamp_send", timestamps("")),
                new Type("timestamptz", Oid.TIMESTAMPTZ, "timestamptz_send", timestamps("+00")));
    }

    private static List<String> floats(double least, double most) {
        return List.of(
                "0",
                "-0",
                "1",
                "-1.5",
                "0.1",
                "0.3",
                "NaN",
                "Infinity",
                "-Infinity",
                "1e-5",
                "0.0001",
                "123456",
                "999999",
                "1e6",
                "1e15",
                "999999999999999",
                "1e22",
                "2e23",
                "16777216",
                "9007199254740993",
                "2.0e-3",
                "1.17549435e-38",
                "33554432",
                "8388608.5",
                "4.35",
                least > 1e-300 ? "1.4e-45" : "5e-324",
                most < 1e39 ? "3.4028235e38" : "1.7976931348623157e308");
    }

    private static List<String> numerics() {
        return List.of(
                "0",
                "0.00",
                "-0.00",
                "1",
                "-1",
                "10000",
                "0.0001",
                "-0.00001234",
                "99999.99990",
                "1e20",
                "1e-20",
                "1230000000000",
                "12345678901234567890.123456789",
                "NaN",
                "0.5",
                "1e1000",
                "1e-1000",
                "100000000.0",
                "9999",
                "99999999",
                "0.00000000000000000001000");
    }

    private static List<String> dates() {
        return List.of(
                "2000-01-01",
                "1999-12-31",
                "2024-02-29",
                "infinity",
                "-infinity",
                "0044-03-15 BC",
                "0001-01-01",
                "0001-12-31 BC",
                "4713-11-24 BC",
                "10000-01-01",
                "5874897-12-31",
                "1582-10-10");
    }

    private static List<String> times() {
        return List.of("00:00:00", "24:00:00", "12:34:56.5", "23:59:59.999999", "01:02:03.000001", "12:34");
    }

    private static List<String> timestamps(String zone) {
        return List.of(
                "2000-01-01 00:00:00" + zone,
                "1999-12-31 23:59:59.999999" + zone,
                "infinity",
                "-infinity",
                "0044-03-15 12:00:00" + zone + " BC",
                "4713-11-24 00:00:00" + zone + " BC",
                "294276-12-31 23:59:59.999999" + zone,
                "2024-02-29 12:34:56.789" + zone,
                "10000-01-01 00:00:00" + zone);
    }

    @ParameterizedTest
    @MethodSource("types")
    void binaryValuesHaveTheTextThatTheServerPrints(Type type, TestDatabase database) throws Exception {
        for (Sent sent : sent(database, type, type.values)) {
            assertThat(read(type.oid, sent.binary)).as(type.name).isEqualTo(sent.text);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void textsHaveTheBinaryValuesThatTheServerSends(Type type, TestDatabase database) throws Exception {
        List<Sent> all = sent(database, type, type.values);
        for (int i = 0; i < all.size(); i++) {
            assertThat(write(type.oid, all.get(i).text)).as(all.get(i).text).isEqualTo(all.get(i).binary);
            assertThat(write(type.oid, type.values.get(i)))
                    .as(type.values.get(i))
                    .isEqualTo(all.get(i).binary);
        }
    }

    @Test
    void floatsOfAnyBitsHaveTheTextThatTheServerPrints(TestDatabase database) throws Exception {
        Random random = new Random(4);
        List<String> doubles = new ArrayList<>();
        List<String> floats = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            doubles.add(finite(Double.longBitsToDouble(random.nextLong())));
            doubles.add(Double.toString(Math.scalb(1.0, random.nextInt(2000) - 1000)));
            floats.add(finite(Float.intBitsToFloat(random.nextInt())));
            floats.add(Float.toString(Math.scalb(1.0f, random.nextInt(240) - 120)));
        }
        Type float8 = new Type("float8", Oid.FLOAT8, "float8send", doubles);
        Type float4 = new Type("float4", Oid.FLOAT4, "float4send", floats);

        binaryValuesHaveTheTextThatTheServerPrints(float8, database);
        binaryValuesHaveTheTextThatTheServerPrints(float4, database);
    }

    private static String finite(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "1";
    }

    private static String finite(float value) {
        return Float.isFinite(value) ? Float.toString(value) : "1";
    }

    @Test
    void infinitiesOfNumericAreReadAndWritten() {
        for (String text : List.of("Infinity", "-Infinity")) {
            assertThat(read(Oid.NUMERIC, write(Oid.NUMERIC, text))).isEqualTo(text);
        }
        assertThat(write(Oid.NUMERIC, "Infinity")).isEqualTo("00000000d0000000");
        assertThat(write(Oid.NUMERIC, "-Infinity")).isEqualTo("00000000f0000000");
    }

    @ParameterizedTest
    @CsvSource({
        "16, maybe, 22P02",
        "16, o, 22P02",
        "16, '', 22P02",
        "21, 32768, 22003",
        "23, 1.5, 22P02",
        "23, ١, 22P02",
        "20, 9223372036854775808, 22003",
        "26, -1, 22003",
        "700, 1e39, 22003",
        "701, 1e-400, 22003",
        "701, 0x1p3, 22P02",
        "701, 1d, 22P02",
        "1700, 1e999999, 22003",
        "1700, 1e-99999, 22003",
        "1700, x, 22P02",
        "17, \\x0, 22P02",
        "17, \\9, 22P02",
        "2950, 1-1-1-1-1, 22P02",
        "1082, 2023-02-29, 22008",
        "1082, 0000-01-01, 22008",
        "1082, soon, 22P02",
        "1083, 24:00:01, 22008",
        "1114, 294277-01-01, 22008",
        "1184, 2024-01-01 00:00:00, 22P02",
        "1007, {1}, 0A000",
        "1186, 1 day, 0A000"
    })
    void textsThatAreNoValuesAreRefused(int typeOid, String text, String sqlState) {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> write(typeOid, text))
                .satisfies(refusal -> assertThat(refusal.error().sqlState()).isEqualTo(sqlState))
                .satisfies(refusal -> assertThat(refusal.error().message()).doesNotContain("'" + text + "'"));
    }

    @Test
    void aZeroCharacterIsRefused() {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> write(Oid.TEXT, "a\0b"))
                .satisfies(refusal -> assertThat(refusal.error().sqlState()).isEqualTo("22021"));
    }

    @Test
    void bytesOfAnyKindAreReadOrRefused() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            random.nextBytes(bytes);
            Type type = types().get(random.nextInt(types().size()));
            try {
                assertThat(read(type.oid, ByteBufUtil.hexDump(bytes))).isNotNull();
            } catch (PgErrorException refusal) {
                assertThat(refusal.error().sqlState()).isEqualTo("22P03");
            }
        }
    }

    @Test
    void aTypeThatIsNotKnownIsRefusedWithAHint() {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> read(Oid.INT4_ARRAY, "00"))
                .satisfies(refusal -> {
                    assertThat(refusal.error().sqlState()).isEqualTo("0A000");
                    assertThat(refusal.error().hint()).contains("text format");
                });
    }

    record Sent(String binary, String text) {}

    private static List<Sent> sent(TestDatabase database, Type type, List<String> values) throws Exception {
        List<Sent> sent = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement settings = connection.createStatement()) {
            settings.execute("SET TimeZone = 'UTC'");
            String sql =
                    "SELECT encode(%s(v), 'hex'), format('%%s', v) FROM (SELECT cast(cast(? AS text) AS %s)) AS x(v)"
                            .formatted(type.send, type.name);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (String value : values) {
                    statement.setString(1, value);
                    try (ResultSet result = statement.executeQuery()) {
                        result.next();
                        sent.add(new Sent(result.getString(1), result.getString(2)));
                    }
                }
            }
        }
        return sent;
    }

    private static String read(int typeOid, String hex) {
        return ValueText.read(typeOid, Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private static String write(int typeOid, String text) {
        ByteBuf out = Unpooled.buffer();
        ValueText.write(out, typeOid, text);
        return ByteBufUtil.hexDump(out);
    }
}
