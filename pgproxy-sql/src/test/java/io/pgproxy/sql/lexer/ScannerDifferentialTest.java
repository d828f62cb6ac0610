package io.pgproxy.sql.lexer;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our tokens are the server's, each with its place; with {@code -Pfuzz} for many more texts. */
@WithPostgres
class ScannerDifferentialTest {
    private static final int TEXTS = Integer.getInteger("pgproxy.fuzz.rounds", 6_000);

    private final TestDatabase database;

    ScannerDifferentialTest(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServerSeesTheSameTokens(boolean standardConformingStrings) throws IOException {
        List<ValidStatement> corpus = ValidStatement.all();
        TokenSoup soup = new TokenSoup(standardConformingStrings ? 1 : 2, corpus);
        try (ScriptedClient client = ScriptedClient.connect(database.host(), database.port())) {
            client.login(database.user(), database.password(), database.name());
            int version =
                    Integer.parseInt(client.parameters().get("server_version").substring(0, 2));
            client.send(query(
                    "SET log_min_messages = panic; SET escape_string_warning = off; SET standard_conforming_strings = "
                            + (standardConformingStrings ? "on" : "off")));
            client.expect("(S*C){3}S*Z");
            ScannerOracle oracle = new ScannerOracle(client, version, standardConformingStrings);

            for (int i = 0; i < TEXTS; i++) {
                oracle.compare(soup.next());
            }
            oracle.finish();

            assertThat(oracle.answers()).isGreaterThan(4 * TEXTS);
        }
    }
}
