package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            A=b                     | b
            A = b                   | b
            export A=b              | b
            A=b c                   | b c
            A=b # comment           | b
            A=b#c                   | b#c
            A=                      | ``
            A= # comment            | ``
            A='b # c'               | b # c
            A='b' # c               | b
            A='b"c\\n'              | b"c\\n
            A="b # 'c'" # d         | b # 'c'
            A="b\\"c\\\\d\\$e"      | b"c\\d\\$e
            A=$HOME                 | $HOME
            A=p=q                   | p=q
            A="q\\\\n"              | q\\n
            """)
    void aValueIsWhatAShellWouldTakeItFor(String line, String value) {
        assertThat(DotEnv.parse(List.of(line), ".env")).isEqualTo(Map.of("A", value));
    }

    @Test
    void theLastOfEqualNamesCounts() {
        assertThat(DotEnv.parse(List.of("", "# a comment", "  A=1", "B=\"two\\nlines\"", "A=2"), ".env"))
                .isEqualTo(Map.of("A", "2", "B", "two\nlines"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "1A=secret", "A-B=secret", "A='secret", "A=\"secret", "A='se'cret", "=secret"})
    void whatIsNoSettingIsToldByItsNumberAlone(String line) {
        assertThatThrownBy(() -> DotEnv.parse(List.of("A=1", line), "the file"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("the file, line 2: ")
                .doesNotContain("cret");
    }

    @Test
    void aFileThatIsNotThereHasNothing(@TempDir Path directory) throws Exception {
        Path file = directory.resolve(".env");
        assertThat(DotEnv.read(file)).isEmpty();

        Files.writeString(file, "\uFEFFA=1\r\nB=2\r\n");

        assertThat(DotEnv.read(file)).isEqualTo(Map.of("A", "1", "B", "2"));
    }
}
