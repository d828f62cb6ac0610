package io.pgproxy.sql.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A case of {@code readonly-cases.jsonl}.
 *
 * @param texts the SQL texts that the client sends, in order; other messages are left out
 * @param onlyTexts whether SQL texts are all that matters: no startup parameter, no FunctionCall
 * @param stoppedByServer whether a plain READ ONLY transaction stops it
 */
public record ReadonlyCase(
        String id, boolean allow, boolean must, List<String> texts, boolean onlyTexts, boolean stoppedByServer) {
    /** All of the file. */
    public static List<ReadonlyCase> all() {
        return Json.lines("readonly-cases.jsonl").stream().map(ReadonlyCase::of).toList();
    }

    private static ReadonlyCase of(JsonNode line) {
        List<String> texts = new ArrayList<>();
        boolean other = line.has("conn");
        for (JsonNode step : line.get("steps")) {
            if (step.has("query")) {
                texts.add(step.get("query").asText());
            } else if (step.has("hexq")) {
                byte[] bytes = HexFormat.of().parseHex(step.get("hexq").asText());
                texts.add(new String(bytes, StandardCharsets.UTF_8));
            } else if (step.has("ext")) {
                step.get("ext").forEach(message -> addText(texts, message));
            } else {
                other = true;
            }
        }
        return new ReadonlyCase(
                line.get("id").asText(),
                line.get("expect").asText().equals("allow"),
                line.get("tier").asText().equals("must"),
                List.copyOf(texts),
                !other,
                line.get("pg_readonly_guard").asText().equals("stops"));
    }

    private static void addText(List<String> texts, JsonNode message) {
        String type = message.get(0).asText();
        if (type.equals("P")) {
            texts.add(message.get(2).asText());
        } else if (type.equals("Q")) {
            texts.add(message.get(1).asText());
        }
    }
}
