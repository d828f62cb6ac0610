package io.pgproxy.sql.internal.classify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.corpus.ValidStatement;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Statements whose kind PostgreSQL's own grammar has told. */
class CorpusClassificationTest {
    private static final List<ValidStatement> CORPUS = ValidStatement.all();

    @Test
    void everyStatementIsOfTheFamilyThatTheGrammarTells() {
        List<String> others = CORPUS.stream()
                .filter(statement -> !family(statement).equals(statement.kind()))
                .map(statement -> statement.kind() + " but " + family(statement) + ": " + statement.sql())
                .toList();

        assertThat(others).isEmpty();
    }

    @Test
    void nothingElseIsCalledARead() {
        List<String> wrong = CORPUS.stream()
                .filter(statement ->
                        !mayRead(statement) && Classified.facts(statement.sql()).readsOnly())
                .map(ValidStatement::sql)
                .toList();

        assertThat(wrong).isEmpty();
    }

    @Test
    void everyReadIsRecognised() {
        List<String> missed = CORPUS.stream()
                .filter(statement -> statement.kind().equals("read"))
                .filter(statement -> !Classified.facts(statement.sql()).readsOnly())
                .map(ValidStatement::sql)
                .toList();

        assertThat(missed).isEmpty();
    }

    @Test
    void aLockIsNoRead() {
        assertThat(CORPUS)
                .filteredOn(statement -> statement.kind().equals("read_lock"))
                .allSatisfy(statement ->
                        assertThat(Classified.facts(statement.sql()).access()).isEqualTo(Access.LOCK));
    }

    @Test
    void whatHoldsAStatementIsAsStrictAsThat() {
        assertThat(CORPUS).allSatisfy(statement -> {
            Facts facts = Classified.facts(statement.sql());
            Facts inner = facts.inner();
            if (inner != null) {
                assertThat(Access.stricter(facts.access(), inner.access())).isEqualTo(facts.access());
            }
        });
    }

    /** These take their access from what they hold, or read themselves. */
    private static boolean mayRead(ValidStatement statement) {
        return switch (statement.kind()) {
            case "read", "explain", "show", "copy_out", "cursor", "prepare" -> true;
            default -> false;
        };
    }

    private static String family(ValidStatement statement) {
        return Classified.facts(statement.sql()).family().name().toLowerCase(Locale.ROOT);
    }
}
