package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pgproxy.sql.lexer.LexerLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jar, as somebody runs it in a pipe. */
class AnalyzeTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Answer(int exitCode, List<JsonNode> lines, String errors) {}

    @Test
    void plainSqlHasALineForEachStatement() throws Exception {
        Answer answer = analyze("""
                -- orders of a customer
                select o.id, lower(c.name) from app.orders o join customers c on c.id = o.customer where c.id in (1, 2);
                with gone as (delete from "Old".t returning *) select * from gone;;
                begin isolation level serializable read only; set local timezone to 'UTC';
                select nextval('s'), mine(1)
                """);

        assertThat(answer.exitCode()).isZero();
        assertThat(answer.errors()).isEmpty();
        assertThat(strings(answer, "kind")).containsExactly("read", "write", "transaction", "set", "read");
        assertThat(strings(answer, "readOnly")).containsExactly("true", "false", "false", "false", "false");
        JsonNode read = answer.lines().get(0);
        assertThat(read.get("tables")).hasToString("[\"app.orders\",\"customers\"]");
        assertThat(read.get("functions")).hasToString("[\"lower\"]");
        assertThat(read.get("normalized").asText()).endsWith("where c.id in (?)");
        assertThat(answer.lines().get(1).get("tablesWritten")).hasToString("[\"Old.t\"]");
        assertThat(answer.lines().get(2).get("transaction").get("readOnly").asBoolean())
                .isTrue();
        JsonNode effect = answer.lines().get(3).get("session").get(0);
        assertThat(effect.get("effect").asText()).isEqualTo("setting set");
        assertThat(effect.get("name").asText()).isEqualTo("timezone");
        assertThat(answer.lines().get(4).get("because")).hasToString("[\"nextval moves a sequence\"]");
        assertThat(answer.lines().get(4).get("unverified")).hasToString("[\"mine\"]");
    }

    @Test
    void aStatementWithoutEndHidesNotThoseInFrontOfIt() throws Exception {
        Answer answer = analyze("select 1; delete from t; select 'open");

        assertThat(strings(answer, "kind")).containsExactly("read", "write", "unknown");
        assertThat(answer.lines().get(2).get("because")).hasToString("[\"unterminated quoted string\"]");
    }

    @Test
    void everyLineOfJsonHasALineInTheSameOrder() throws Exception {
        Answer answer = analyze("""
                {"sql": "select 1; delete from t"}
                {"no": "sql"}
                {"sql": "table \\u00e4"}
                {"sql": ""}
                """, "--json");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.lines()).hasSize(4);
        assertThat(answer.lines().get(0).get("kind").asText()).isEqualTo("write");
        assertThat(answer.lines().get(0).get("statements")).hasSize(2);
        assertThat(answer.lines().get(1).has("error")).isTrue();
        assertThat(answer.lines().get(2).get("tables")).hasToString("[\"ä\"]");
        assertThat(answer.lines().get(3).get("kind").asText()).isEqualTo("empty");
    }

    @Test
    void whatIsNoUtf8IsNoReadButForTheMarkInFront() throws Exception {
        byte[] broken = "\u00EF\u00BB\u00BF{\"sql\": \"select 1\"}\n{\"sql\": \"select '~'\"}\n{\"sql\": \"select 2\"}"
                .replace('~', 'ÿ')
                .getBytes(StandardCharsets.ISO_8859_1);

        Answer answer = analyze(broken);

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.lines()).hasSize(3);
        assertThat(answer.lines().get(0).get("kind").asText()).isEqualTo("read");
        assertThat(answer.lines().get(1).has("error")).isTrue();
        assertThat(answer.lines().get(2).get("kind").asText()).isEqualTo("read");
    }

    @Test
    void aScriptMayHaveMoreTokensThanAStatement() throws Exception {
        Answer answer = analyze("\uFEFFselect 1" + ";".repeat(LexerLimits.DEFAULT.maxTokens()) + "delete from t");

        assertThat(strings(answer, "kind")).containsExactly("read", "write");
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void itEndsWhenNobodyReads() throws Exception {
        Process process = start();
        process.getInputStream().close();

        byte[] line = "{\"sql\": \"select 1\"}\n".getBytes(StandardCharsets.US_ASCII);
        try {
            assertThatIOException().isThrownBy(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    process.getOutputStream().write(line);
                }
            });
            assertThat(process.waitFor()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Answer analyze(String input, String... options) throws IOException, InterruptedException {
        return analyze(input.getBytes(StandardCharsets.UTF_8), options);
    }

    private static Process start(String... options) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        concat(List.of(java, "-jar", RunningExample.jar().toString(), "analyze"), List.of(options)))
                .start();
    }

    private static Answer analyze(byte[] input, String... options) throws IOException, InterruptedException {
        Process process = start(options);
        try (var out = process.getOutputStream()) {
            out.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(
                process.waitFor(), output.lines().map(AnalyzeTest::json).toList(), errors);
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private static List<String> strings(Answer answer, String field) {
        return answer.lines().stream().map(line -> line.get(field).asText()).toList();
    }
}
