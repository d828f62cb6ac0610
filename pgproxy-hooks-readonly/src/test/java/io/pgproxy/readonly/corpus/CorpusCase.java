package io.pgproxy.readonly.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A case of {@code readonly-cases.jsonl}, or of {@code readonly-more.jsonl}, which has the same form.
 *
 * @param allow whether it has to run; else it has to be refused
 * @param must whether all products have to agree
 * @param steps what one session sends
 * @param startup parameters of its start
 * @param copyData what it sends when the server waits for COPY data
 * @param setup what the administrator runs before
 * @param victim whether another session has to be there that it may hurt
 * @param verifySql a query of the administrator whose result it must not move
 * @param readsFiles whether rows alone are the harm
 * @param errors the SQLSTATEs that a server without a proxy answers with
 * @param changed what it changes there
 */
record CorpusCase(
        String id,
        boolean allow,
        boolean must,
        List<Step> steps,
        Map<String, String> startup,
        String copyData,
        List<String> setup,
        boolean victim,
        @Nullable String verifySql,
        boolean readsFiles,
        List<String> errors,
        List<String> changed) {

    static List<CorpusCase> all() {
        return Stream.of("readonly-cases.jsonl", "readonly-more.jsonl")
                .flatMap(file -> Json.lines(file).stream())
                .map(CorpusCase::of)
                .toList();
    }

    private static CorpusCase of(JsonNode line) {
        JsonNode verified = line.has("verified") ? line.get("verified") : line.get("verified_pg15");
        Map<String, String> startup = new LinkedHashMap<>();
        line.path("conn")
                .properties()
                .forEach(one -> startup.put(one.getKey(), one.getValue().asText()));
        return new CorpusCase(
                line.get("id").asText(),
                line.get("expect").asText().equals("allow"),
                line.get("tier").asText().equals("must"),
                line.get("steps").valueStream().map(Step::of).toList(),
                startup,
                line.path("copy_data").asText(),
                Json.texts(line.path("setup")),
                line.path("needs").asText().equals("victim"),
                line.has("verify_sql") ? line.get("verify_sql").asText() : null,
                line.path("effect").asText().equals("read-server-file"),
                Json.texts(verified.path("errors")),
                Json.texts(verified.path("changed")));
    }

    /** The same by the extended protocol; only where each step is one statement. */
    CorpusCase extended() {
        List<Step> prepared = steps.stream()
                .map(step -> step instanceof Step.Simple simple ? (Step) simple.extended() : step)
                .toList();
        return new CorpusCase(
                id, allow, must, prepared, startup, copyData, setup, victim, verifySql, readsFiles, errors, changed);
    }

    @Override
    public String toString() {
        return id;
    }
}
