package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheHintTest {
    @ParameterizedTest
    @CsvSource({
        "pgproxy: cache 60s, 60000",
        "' PGProxy : Cache 5 ', 5000",
        "pgproxy:cache 250ms, 250",
        "pgproxy: cache 2m, 120000",
        "pgproxy: cache 2 min, 120000",
        "pgproxy: cache 1h, 3600000",
        "pgproxy: cache 999999999h, 31536000000" // a year is the most
    })
    void timesHaveUnits(String comment, long millis) {
        assertThat(CacheHint.in(comment)).isEqualTo(new CacheHint(OptionalLong.of(millis * 1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pgproxy: no-cache", "PGPROXY:NO-CACHE", "pgproxy: cache 0s"})
    void someSayNotAtAll(String comment) {
        assertThat(CacheHint.in(comment)).isEqualTo(new CacheHint(OptionalLong.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cache 60s",
                "pgproxy: cache",
                "pgproxy: cache -1s",
                "pgproxy: cache 1 day",
                "pgproxy: cache 60s please",
                "pgproxy: cache 99999999999s",
                "x pgproxy: no-cache"
            })
    void othersSayNothing(String comment) {
        assertThat(CacheHint.in(comment)).isNull();
    }
}
