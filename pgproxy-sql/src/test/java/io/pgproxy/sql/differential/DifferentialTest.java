package io.pgproxy.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements of the corpus and mutations of them, against what a real server's grammar makes of the same texts. */
@WithPostgres
class DifferentialTest {

    private static final int ROUNDS = Integer.getInteger("pgproxy.differential.rounds", 5_000);
    private static final long SEED = Long.getLong("pgproxy.differential.seed", 20_261_120L);
    private static final int BATCH = 500;

    private final List<String> wrong = new ArrayList<>();
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private RawParser server;
    private Mutator mutator;

    @BeforeEach
    void connect(TestDatabase database) throws IOException {
        server = RawParser.of(database);
        mutator = new Mutator(
                ValidStatement.all().stream().map(ValidStatement::sql).toList(), SEED);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        analyzer.close();
    }

    @Test
    void aServerCutsMutationsWhereWeDo() throws IOException {
        compareLexing(server, new LexingCheck(server, true));
    }

    @Test
    void aServerThatTakesBackslashesForEscapesCutsMutationsWhereWeDo(TestDatabase database) throws IOException {
        try (RawParser old = RawParser.of(database, false)) {
            compareLexing(old, new LexingCheck(old, false));
        }
    }

    private void compareLexing(RawParser parser, LexingCheck lexing) throws IOException {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round += BATCH) {
            List<String> texts = batch();
            List<ParserAnswer> answers = parser.ask(texts);
            for (int i = 0; i < texts.size(); i++) {
                String text = texts.get(i);
                ParserAnswer answer = answers.get(i);
                lexing.compare(text, answer).ifPresent(what -> wrong.add(what + "; " + answer + ": " + text));
                if (!answer.isRefused()) {
                    accepted++;
                    lexing.compareWithStranger(text, mutator.below(text.length() + 1))
                            .ifPresent(what -> wrong.add(what + ": " + text));
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(accepted).as("texts that are statements").isGreaterThan(ROUNDS / 5);
    }

    @Test
    void aServerReadsWhatWeCallARead() throws IOException {
        VerdictCheck verdicts = new VerdictCheck(server, analyzer);
        for (int round = 0; round < ROUNDS; round += BATCH) {
            compare(batch(), verdicts);
        }

        assertThat(wrong).isEmpty();
        assertThat(verdicts.reads()).as("reads among the mutations").isGreaterThan(ROUNDS / 10);
        assertThat(verdicts.readsMissed()).as("reads that we do not see").isLessThan(verdicts.reads() / 10);
    }

    @Test
    void aServerReadsWhatWeCallAReadInTheCorpus() throws IOException {
        VerdictCheck verdicts = new VerdictCheck(server, analyzer);

        compare(ValidStatement.all().stream().map(ValidStatement::sql).toList(), verdicts);

        assertThat(wrong).isEmpty();
        assertThat(verdicts.reads()).isGreaterThan(1_800);
        assertThat(verdicts.readsMissed()).as("reads that we do not see").isLessThan(3);
    }

    private void compare(List<String> texts, VerdictCheck verdicts) throws IOException {
        List<ParserAnswer> answers = server.ask(texts);
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (!answers.get(i).isRefused()) {
                verdicts.compare(text, answers.get(i)).ifPresent(what -> wrong.add(what + ": " + text));
            }
        }
    }

    private List<String> batch() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            texts.add(mutator.next());
        }
        return texts;
    }
}
