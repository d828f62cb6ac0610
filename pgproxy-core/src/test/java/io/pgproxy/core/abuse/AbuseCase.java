package io.pgproxy.core.abuse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One line of the corpus: what a hostile client does, and which outcomes are right. */
record AbuseCase(Map<String, Object> fields) {
    static List<AbuseCase> all() throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                AbuseCase.class.getResourceAsStream("/corpus/protocol-abuse.jsonl"), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> new AbuseCase(Json.object(line))).toList();
        }
    }

    String id() {
        return (String) fields.get("id");
    }

    String description() {
        return (String) fields.get("desc");
    }

    /**
     * Where the case begins: {@code pre} on a fresh socket, {@code sasl} when a password is asked for, {@code post}.
     */
    String phase() {
        return (String) fields.get("phase");
    }

    String userOr(String usual) {
        return (String) fields.getOrDefault("user", usual);
    }

    @SuppressWarnings("unchecked") // the format of the corpus
    List<Map<String, Object>> actions() {
        return (List<Map<String, Object>>) fields.get("actions");
    }

    /** The first answer is a single byte, to a request for encryption. */
    boolean firstByteIsRaw() {
        return fields.containsKey("first_raw");
    }

    boolean needsTls() {
        return fields.containsKey("needs_tls");
    }

    /** The case ends only when time is up for its login. */
    boolean waitsForLoginDeadline() {
        return "auth_timeout".equals(fields.get("limit"));
    }

    /** How long silence lasts before it counts as an answer. */
    Duration silence() {
        return fields.get("idle") instanceof Double seconds ? ofSeconds(seconds) : Duration.ofMillis(600);
    }

    @SuppressWarnings("unchecked") // the format of the corpus
    boolean accepts(String outcome) {
        return ((List<String>) fields.get("accept")).stream().anyMatch(pattern -> outcome.matches(regex(pattern)));
    }

    private static String regex(String pattern) {
        return Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    }

    static Duration ofSeconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    @Override
    public String toString() {
        return id() + ": " + description();
    }
}
