package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.readonly.StartupOptions.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupOptionsTest {
    @Test
    void eachSpellingOfASettingIsRead() {
        List<Setting> one = List.of(new Setting("work_mem", "8MB"));

        assertThat(StartupOptions.parse("-c work_mem=8MB")).isEqualTo(one);
        assertThat(StartupOptions.parse("-cwork_mem=8MB")).isEqualTo(one);
        assertThat(StartupOptions.parse("--work_mem=8MB")).isEqualTo(one);
        assertThat(StartupOptions.parse("--work-mem=8MB")).isEqualTo(one);
        assertThat(StartupOptions.parse("-c work-mem=8MB")).isEqualTo(one);
        assertThat(StartupOptions.parse(" \t\n\u000b\f\r-c\twork_mem=8MB\n")).isEqualTo(one);
        assertThat(StartupOptions.parse("\\-\\c work\\_mem=8\\MB")).isEqualTo(one);
        assertThat(StartupOptions.parse("-c work_mem=8MB\\")).isEqualTo(one);
    }

    @Test
    void aBackslashKeepsBlanksAndItselfInOneArgument() {
        assertThat(StartupOptions.parse("-c search_path=a,\\ b -c application_name=a\\\\b\\\tc"))
                .containsExactly(new Setting("search_path", "a, b"), new Setting("application_name", "a\\b\tc"));
    }

    @Test
    void theArgumentOfASwitchIsTakenWhateverItBeginsWith() {
        assertThat(StartupOptions.parse("-c --x=1 -c -c=2"))
                .containsExactly(new Setting("__x", "1"), new Setting("_c", "2"));
    }

    @Test
    void aValueMayBeEmptyOrHoldAnEqualsSign() {
        assertThat(StartupOptions.parse("-c a= --b=c=d-e"))
                .containsExactly(new Setting("a", ""), new Setting("b", "c=d-e"));
    }

    @Test
    void anEmptyTextHoldsNothing() {
        assertThat(StartupOptions.parse("")).isEmpty();
        assertThat(StartupOptions.parse("  \n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c",
                "-c work_mem",
                "-c =1",
                "--work_mem",
                "--",
                "-- --work_mem=1",
                "-",
                "work_mem=1",
                "-B 100",
                "-d 5",
                "-f s",
                "-o x",
                "-P",
                "-O",
                "-e",
                "-ec work_mem=1",
                "-F",
                "-S 100",
                "-W 10",
                "-v 3",
                "-c work_mem=1 -P",
                "-C data_directory",
                "\\",
                "-c application_name=\u00e9",
                "-c application_name=a\u00a0-P"
            })
    void whatDoesMoreThanToSetIsNotRead(String options) {
        assertThat(StartupOptions.parse(options)).isNull();
    }

    @Test
    void whatIsWrittenIsReadAsItWas() {
        Random random = new Random(20);
        String letters = "ab=-_\\ \t\n'\"c";
        for (int round = 0; round < 2_000; round++) {
            List<Setting> settings = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                settings.add(new Setting("n" + i, letters(random, letters)));
            }

            assertThat(StartupOptions.parse(StartupOptions.render(settings))).isEqualTo(settings);
        }
    }

    private static String letters(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
