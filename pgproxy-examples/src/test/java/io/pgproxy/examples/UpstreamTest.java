package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.Test;

/** The example in front of a server that is there already. */
@WithPostgres
class UpstreamTest {

    @Test
    void theReadyLineNamesTheDatabaseOfTheUrl(TestDatabase database) throws Exception {
        String url = "postgresql://" + database.host() + ":" + database.port() + "/" + database.name();
        try (RunningExample example =
                        RunningExample.start("passthrough", "--upstream", url, "--listen", "localhost:0");
                var connection = example.connect()) {
            assertThat(example.readyLine()).startsWith("ready: psql \"host=localhost port=");
            assertThat(RunningExample.strings(connection, "SELECT current_user || ' in ' || current_database()"))
                    .containsExactly("postgres in " + database.name());
        }
    }

    @Test
    void withAUserInTheUrlTheProxyLogsInByItself(TestDatabase database) throws Exception {
        database.execute("CREATE ROLE " + database.name() + " LOGIN PASSWORD 'secret'");
        try {
            String url = "postgresql://" + database.name() + ":secret@" + database.host() + ":" + database.port() + "/"
                    + database.name();
            try (RunningExample example =
                            RunningExample.start("passthrough", "--upstream", url, "--listen", "127.0.0.1:0");
                    var connection = example.connect()) {
                assertThat(RunningExample.strings(connection, "SELECT current_user"))
                        .containsExactly(database.name());
                assertThat(example.readyLine())
                        .contains("user=" + database.name())
                        .doesNotContain("secret");
            }
        } finally {
            database.execute("DROP ROLE " + database.name());
        }
    }

    @Test
    void aPortInUseIsToldInOneLine(TestDatabase database) throws Exception {
        String taken = database.host() + ":" + database.port();
        try (RunningExample example =
                RunningExample.start("passthrough", "--upstream", "postgresql://" + taken, "--listen", taken)) {
            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.standardOutput()).isEmpty();
            assertThat(example.standardError())
                    .isEqualToNormalizingNewlines(
                            "pgproxy-examples passthrough: cannot listen on " + taken + ": Address already in use\n");
        }
    }
}
