package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    private final Environment environment = new Environment(Map.of("A", "1", "EMPTY", "", "SECRET", "hush"));

    @Test
    void allThatIsMissingIsNamed() {
        environment.require(List.of("A", "SECRET"));
        assertThatThrownBy(() -> environment.require(List.of("B", "A", "EMPTY")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("missing in the environment and in .env: B, EMPTY");
    }

    @Test
    void whatIsEmptyIsAsMissing() {
        assertThat(environment.text("EMPTY", "default")).isEqualTo("default");
        assertThat(environment.number("EMPTY", 7, 1, 10)).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "-1", "1.5", "ten", "99999999999"})
    void aNumberOutOfBoundsIsRefused(String value) {
        assertThatThrownBy(() -> new Environment(Map.of("N", value)).number("N", 5, 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("N is '" + value + "': give a whole number from 1 to 10");
    }

    @Test
    void noValueIsShown() {
        assertThat(environment.toString()).doesNotContain("hush");
    }
}
