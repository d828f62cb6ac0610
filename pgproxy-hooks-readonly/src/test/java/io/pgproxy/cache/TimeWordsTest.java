package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeWordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "now",
                "NOW",
                "nOw",
                " now ",
                "now()",
                "now12:00",
                "2024-01-01 now",
                "today",
                "TODAY",
                "tomorrow",
                "yesterday",
                "yesterday 04:05",
                "x now",
                "{now,epoch}",
                "é now",
                "now\0"
            })
    void wordsAreFoundInAnyCase(String text) {
        assertThat(TimeWords.in(text)).isTrue();
        assertThat(TimeWords.in(text.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "no",
                "know",
                "nows",
                "snow",
                "nowhere",
                "todays",
                "toda",
                "yesterdays",
                "tomorrows",
                "epoch",
                "infinity",
                "allballs",
                "n ow",
                "n0w",
                "2024-01-01",
                "ɴow"
            })
    void partsOfOtherWordsAreNot(String text) {
        assertThat(TimeWords.in(text)).isFalse();
        assertThat(TimeWords.in(text.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"now", "today", "tomorrow", "yesterday"})
    void bytesBesideAWordDoNotHideIt(String word) {
        for (int c = 0; c < 128; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

            assertThat(TimeWords.in((char) c + word)).as("%d in front", c).isEqualTo(!letter);
            assertThat(TimeWords.in(word + (char) c)).as("%d behind", c).isEqualTo(!letter);
        }
    }
}
