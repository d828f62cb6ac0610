package io.pgproxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One object a line, whatever is in a text. */
class JsonLinesTest {
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    private String lines(int longestText, AuditRecord... records) throws IOException {
        try (JsonLines sink = JsonLines.toStream(stream, longestText)) {
            sink.write(List.of(records));
        }
        return stream.toString(StandardCharsets.UTF_8);
    }

    private JsonObject only(@Nullable String text) throws IOException {
        String lines = lines(JsonLines.LONGEST_TEXT, Records.of(text));
        assertThat(lines).endsWith("}\n");
        assertThat(lines.chars().filter(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029))
                .containsExactly((int) '\n');
        return new JsonObject(lines);
    }

    @Test
    void anExecutionHasAllItsParts() throws IOException {
        assertThat(lines(100, Records.of("select ?")))
                .isEqualTo("{\"when\":\"2026-01-02T03:04:05.006007Z\",\"event\":\"execution\",\"session\":7,"
                        + "\"user\":\"alice\",\"database\":\"shop\",\"client\":\"192.0.2.7:54321\",\"kind\":\"select\","
                        + "\"form\":\"prepared\",\"status\":\"failed\",\"sqlstate\":\"22012\",\"source\":\"upstream\","
                        + "\"upstreams\":[\"main\"],\"rows\":3,\"bytes\":99,\"waited_us\":12,\"ran_us\":2000,"
                        + "\"text\":\"select ?\"}\n");
    }

    @Test
    void sessionsAndLossesHaveLinesOfTheirOwn() throws IOException {
        assertThat(lines(
                        100,
                        new SessionRecord(Records.WHEN, Records.SESSION, SessionRecord.Event.BEGUN),
                        new LossRecord(Records.WHEN, 12)))
                .isEqualTo("{\"when\":\"2026-01-02T03:04:05.006007Z\",\"event\":\"session_begun\",\"session\":7,"
                        + "\"user\":\"alice\",\"database\":\"shop\",\"client\":\"192.0.2.7:54321\"}\n"
                        + "{\"when\":\"2026-01-02T03:04:05.006007Z\",\"event\":\"lost\",\"records\":12}\n");
    }

    @Test
    void withoutATextThereIsNone() throws IOException {
        assertThat(only(null).containsKey("text")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two\nlines\r\nand\u2028more\u2029\u0085\u000b\f",
                "\"}\n{\"event\":\"lost\",\"records\":0}",
                "\\\" \\u0022 \\\\",
                "\0\1\b\t\u001b[2J\u007f\u009b31m",
                "äöü € \ud83d\ude00 \uffff",
                ""
            })
    void hostileTextsAreReadAsTheyWere(String text) throws IOException {
        assertThat(only(text).getString("text")).isEqualTo(text);
    }

    @Test
    void halfASurrogatePairIsReplaced() throws IOException {
        assertThat(only("a\ud83d b\ude00\ud83d").getString("text")).isEqualTo("a\ufffd b\ufffd\ufffd");
    }

    @Test
    void namesAreEscapedToo() throws IOException {
        AuditedSession eve = new AuditedSession(1, "eve\"\n{", "\u2028", "x\\");
        JsonObject line = new JsonObject(lines(10, new SessionRecord(Records.WHEN, eve, SessionRecord.Event.ENDED)));

        assertThat(line.getString("user")).isEqualTo("eve\"\n{");
        assertThat(line.getString("database")).isEqualTo("\u2028");
        assertThat(line.getString("client")).isEqualTo("x\\");
    }

    @Test
    void aLongTextIsCutAndSaysSo() throws IOException {
        String text = "x\n".repeat(500_000);

        JsonObject line = only(text);

        assertThat(line.getString("text")).isEqualTo(text.substring(0, 10_000));
        assertThat(line.getInteger("cut_from")).isEqualTo(1_000_000);
    }

    @Test
    void aTextIsNotCutWithinACharacter() throws IOException {
        assertThat(new JsonObject(lines(2, Records.of("a\ud83d\ude00b"))).getString("text"))
                .isEqualTo("a");
    }

    @Test
    void aTextThatFitsIsNotCut() throws IOException {
        assertThat(lines(3, Records.of("a\ud83d\ude00"))).doesNotContain("cut_from");
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> JsonLines.toStream(stream, -1));
    }

    @Test
    void linesThatCouldNotBeWrittenAreWrittenOnceThereIsRoom() throws IOException {
        FullDisk disk = new FullDisk();
        JsonLines sink = new JsonLines(disk, 100);
        sink.write(List.of(Records.of("first")));
        sink.flush();
        disk.leave(300);

        sink.write(List.of(Records.of("second"), Records.of("third")));
        assertThatIOException().isThrownBy(sink::flush);
        assertThat(disk.content().lines().skip(1)).isNotEmpty();
        assertThatIOException().isThrownBy(() -> sink.write(List.of(Records.of("not taken"))));
        disk.leave(10_000);
        sink.write(List.of(Records.of("fourth")));
        sink.close();

        assertThat(disk.content().lines().map(line -> new JsonObject(line).getString("text")))
                .containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void aLineThatIsHalfWrittenBeginsAnewInANewFile() throws IOException {
        FullDisk disk = new FullDisk();
        JsonLines sink = new JsonLines(disk, 100);
        disk.leave(100);
        sink.write(List.of(Records.of("first"), Records.of("second")));
        assertThatIOException().isThrownBy(sink::flush);

        disk.exchange();
        sink.flush();

        assertThat(disk.content().lines().map(line -> new JsonObject(line).getString("text")))
                .containsExactly("first", "second");
    }

    @Test
    void aLargeBatchIsTakenThoughItCannotBeWritten() throws IOException {
        FullDisk disk = new FullDisk();
        JsonLines sink = new JsonLines(disk, 10_000);
        ExecutionRecord large = Records.of("x".repeat(10_000));
        disk.leave(0);

        sink.write(List.of(large, large, large, large, large, large, large, large));
        disk.leave(1_000_000);
        sink.flush();

        assertThat(disk.content().lines()).hasSize(8).allSatisfy(line -> new JsonObject(line));
    }
}
