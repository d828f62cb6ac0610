package io.pgproxy.examples.guarded;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Startup;
import io.pgproxy.protocol.startup.StartupParameter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server is asked for, by what the client has asked for. */
class ServerTimeoutTest {
    private static final ServerTimeout TEN_SECONDS = new ServerTimeout("statement_timeout", Duration.ofSeconds(10));

    private static String inForce(String name, String value) {
        Startup startup = new Startup(List.of(new StartupParameter("user", "me"), new StartupParameter(name, value)));
        return String.valueOf(TEN_SECONDS.with(startup).parameter("statement_timeout"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "500|500",
                "500ms|500",
                " 5 s |5000",
                "0|10000",
                "0s|10000",
                "10000|10000",
                "10001|10000",
                "1min|10000",
                "1h|10000",
                "1d|10000",
                "-1|10000",
                "0x10|10000",
                "1e2|10000",
                "1.5s|10000",
                "400us|10000",
                "soon|10000"
            })
    void whatIsLessIsTakenAndWhatIsNotUnderstoodIsNot(String asked, String inForce) {
        assertThat(inForce("statement_timeout", asked)).isEqualTo(inForce);
        assertThat(inForce("Statement_Timeout", asked)).isEqualTo(inForce);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "-c statement_timeout=1s|1000",
                "-cstatement_timeout=1s|1000",
                "--statement-timeout=1s|1000",
                "--STATEMENT_TIMEOUT=1s|1000",
                "-c statement_timeout=1\\ s|1000",
                "-c geqo=off -c statement_timeout=2s -c work_mem=1MB|2000",
                "-c statement_timeout=1s -c statement_timeout=2s|2000",
                "-c statement_timeout=1s --statement_timeout=0|10000",
                "-c lock_timeout=1s|10000",
                "-c statement_timeout|10000",
                "statement_timeout=1s|10000",
                "-c|10000",
                "\\|10000"
            })
    void optionsAreReadAsTheServerSplitsThem(String options, String inForce) {
        assertThat(inForce("options", options)).isEqualTo(inForce);
    }

    @Test
    void aParameterCountsMoreThanOptionsAndComesLast() {
        Startup startup = new Startup(List.of(
                new StartupParameter("statement_timeout", "2s"),
                new StartupParameter("options", "-c statement_timeout=1s"),
                new StartupParameter("user", "me")));

        assertThat(TEN_SECONDS.with(startup).parameters())
                .containsExactly(
                        new StartupParameter("options", "-c statement_timeout=1s"),
                        new StartupParameter("user", "me"),
                        new StartupParameter("statement_timeout", "2000"));
    }
}
