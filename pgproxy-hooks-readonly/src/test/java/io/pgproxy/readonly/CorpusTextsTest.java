package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pgproxy.protocol.PgError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Cases whose effect a server has shown, as far as each is Query messages: what the text tells, without a server. */
class CorpusTextsTest {
    /** Case by case: what these do stands behind a user's function or a view, and READ ONLY stops it. */
    private static final List<String> LEFT_TO_READ_ONLY = List.of(
            "ro-construct-014",
            "ro-construct-026",
            "ro-function-005",
            "ro-function-006",
            "ro-function-007",
            "ro-function-008",
            "ro-function-009",
            "ro-function-010",
            "ro-function-011",
            "ro-function-012",
            "ro-function-037");

    @TestFactory
    Stream<DynamicTest> eachCaseIsAsExpected() throws IOException {
        return cases().stream()
                .filter(one -> one.path("tier").asText().equals("must"))
                .map(one -> DynamicTest.dynamicTest(one.path("id").asText(), () -> check(one)));
    }

    private static void check(JsonNode one) {
        Optional<PgError> refusal = refusal(one);

        if (one.path("expect").asText().equals("allow")
                || LEFT_TO_READ_ONLY.contains(one.path("id").asText())) {
            assertThat(refusal).isEmpty();
        } else {
            assertThat(refusal).hasValueSatisfying(error -> {
                assertThat(error.sqlState()).isEqualTo("25006");
                assertThat(error.message()).startsWith("Write operations are not permitted: ");
                assertThat(error.isFatal()).isFalse();
            });
        }
    }

    @Test
    void whatReadOnlyDoesNotStopIsNeverLeftToIt() throws IOException {
        assertThat(cases())
                .filteredOn(one -> LEFT_TO_READ_ONLY.contains(one.path("id").asText()))
                .hasSameSizeAs(LEFT_TO_READ_ONLY)
                .allSatisfy(one ->
                        assertThat(one.path("pg_readonly_guard").asText()).isEqualTo("stops"));
    }

    @Test
    void thePolicyIsTheDocumentedOne() throws IOException {
        List<String> refused = cases().stream()
                .filter(one -> one.path("tier").asText().equals("policy"))
                .filter(one -> refusal(one).isPresent())
                .map(one -> one.path("id").asText())
                .toList();

        assertThat(refused).containsExactlyInAnyOrder("ro-function-038", "ro-allow-explain-001");
    }

    private static Optional<PgError> refusal(JsonNode one) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            for (JsonNode step : one.path("steps")) {
                Optional<PgError> refusal = client.query(step.path("query").asText());
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            return Optional.empty();
        }
    }

    private static List<JsonNode> cases() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<JsonNode> cases = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CorpusTextsTest.class.getResourceAsStream("/corpus/readonly-cases.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode one = mapper.readTree(line);
                boolean queries = !one.has("conn");
                for (JsonNode step : one.path("steps")) {
                    queries &= step.has("query");
                }
                if (queries) {
                    cases.add(one);
                }
            }
        }
        return cases;
    }
}
