package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.corpus.ReadonlyCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Classification and the function policy together, on cases whose effect a server has shown. */
class ReadonlyCasesTest {
    /** Cases whose texts call nothing that could be judged: what they do is behind a name. */
    private static final Map<String, String> HIDDEN =
            Map.of("ro-function-037", "the view v_w calls a function that writes");

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    @AfterEach
    void close() {
        analyzer.close();
    }

    @Test
    void whatReadOnlyDoesNotStopIsRefused() {
        List<String> passed = new ArrayList<>();
        for (ReadonlyCase one : ReadonlyCase.all()) {
            if (one.onlyTexts()
                    && !one.allow()
                    && one.must()
                    && !one.stoppedByServer()
                    && refusal(one).isEmpty()) {
                passed.add(one.id() + " " + one.texts());
            }
        }

        assertThat(passed).isEmpty();
    }

    @Test
    void whatIsLeftToTheServerHasAReason() {
        Map<String, String> left = new TreeMap<>();
        for (ReadonlyCase one : ReadonlyCase.all()) {
            if (one.onlyTexts() && !one.allow() && one.must() && refusal(one).isEmpty()) {
                left.put(one.id(), reason(one));
            }
        }
        left.forEach((id, reason) -> System.out.println("left to READ ONLY: " + id + ": " + reason));

        assertThat(left.values()).doesNotContain("");
    }

    @Test
    void whatIsAllowedPasses() {
        List<String> refused = new ArrayList<>();
        for (ReadonlyCase one : ReadonlyCase.all()) {
            Optional<String> refusal = refusal(one);
            if (one.allow() && one.must() && refusal.isPresent()) {
                refused.add(one.id() + " " + one.texts() + ": " + refusal.get());
            }
        }

        assertThat(refused).isEmpty();
    }

    private Optional<String> refusal(ReadonlyCase one) {
        ReadOnlySession session = new ReadOnlySession(ReadonlyCasesTest::refused);
        return one.texts().stream()
                .map(text -> session.refusal(analyzer.analyze(text)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> refused(FunctionName function) {
        return FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Refused refused
                ? Optional.of(refused.reason())
                : Optional.empty();
    }

    /** Functions of users, or what the text does not show at all. */
    private String reason(ReadonlyCase one) {
        for (String text : one.texts()) {
            for (AnalyzedStatement statement : analyzer.analyze(text).statements()) {
                for (FunctionName function : statement.facts().functions()) {
                    if (FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Unknown unknown) {
                        return unknown.reason();
                    }
                }
            }
        }
        return HIDDEN.getOrDefault(one.id(), "");
    }
}
