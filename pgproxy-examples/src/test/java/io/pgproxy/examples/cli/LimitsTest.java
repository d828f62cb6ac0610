package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits as options give them. */
class LimitsTest {
    private static final String NONE = "9223372036854775807";

    @ParameterizedTest
    @CsvSource({"250ms,250", "30s,30000", "5m,300000", "1h,3600000", "596h,2145600000", "off,0", "0,0", "0s,0"})
    void aTimeHasAUnit(String text, long millis) {
        assertThat(TimeLimit.parse(text).most()).hasMillis(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "-1s", "1.5s", "30 s", "30S", "5min", "1d", "597h", "99999999999s", "OFF"})
    void anythingElseIsNoTime(String text) {
        assertThatThrownBy(() -> TimeLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no time: give a number with ms, s, m or h, up to 596h, or off");
    }

    @ParameterizedTest
    @CsvSource({
        "512B,512",
        "64kB,65536",
        "100MB,104857600",
        "1GB,1073741824",
        "999999999GB,1073741822926258176",
        "off," + NONE,
        "0," + NONE,
        "0MB," + NONE
    })
    void aSizeHasAUnit(String text, long bytes) {
        assertThat(SizeLimit.parse(text).most()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "MB", "-1MB", "1.5GB", "100 MB", "100M", "100KB", "1TB", "1000000000GB"})
    void anythingElseIsNoSize(String text) {
        assertThatThrownBy(() -> SizeLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no size: give a number with B, kB, MB or GB, or off");
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "10000,10000,10000", "off,2147483647," + NONE, "0,2147483647," + NONE})
    void aNumberHasNone(String text, int most, long rows) {
        assertThat(CountLimit.parse(text).most()).isEqualTo(most);
        assertThat(CountLimit.parse(text).rows()).isEqualTo(rows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "1k", "many", "1000000000"})
    void anythingElseIsNoNumber(String text) {
        assertThatThrownBy(() -> CountLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no limit: give a whole number up to 999999999, or off");
    }
}
