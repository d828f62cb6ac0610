package io.pgproxy.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Terms of several hooks combine to what is stricter in each point. */
class TermsOfSeveralTest {
    private static final Terms ONE = new Terms(10, 2000, Duration.ofSeconds(3), Map.of("a", "1"));
    private static final Terms OTHER = new Terms(20, 1000, Duration.ofSeconds(2), Map.of("b", "2"));

    @Test
    void theLeastLimitsAndAllSettings() {
        Terms both = new Terms(10, 1000, Duration.ofSeconds(2), Map.of("a", "1", "b", "2"));

        assertThat(ONE.and(OTHER)).isEqualTo(both);
        assertThat(OTHER.and(ONE)).isEqualTo(both);
    }

    @Test
    void noneChangesNothing() {
        assertThat(ONE.and(Terms.NONE)).isEqualTo(ONE);
        assertThat(Terms.NONE.and(ONE)).isEqualTo(ONE);
        assertThat(Terms.rows(5).and(Terms.time(Duration.ofMillis(1))))
                .isEqualTo(new Terms(5, Long.MAX_VALUE, Duration.ofMillis(1), Map.of()));
        assertThat(Terms.time(Duration.ofMillis(1)).and(Terms.bytes(5)).maxTime())
                .isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void twoValuesForOneSettingAreAContradictionWhateverTheCaseOfItsName() {
        Terms same = Terms.setting("App.Tenant", "1").and(Terms.setting("app.tenant", "1"));
        assertThat(same.settings()).isEqualTo(Map.of("app.tenant", "1"));
        assertThatIllegalStateException()
                .isThrownBy(() -> Terms.setting("App.Tenant", "1").and(Terms.setting("app.tenant", "2")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Terms(1, 1, Duration.ZERO, Map.of("A", "1", "a", "2")));
    }

    @Test
    void valuesOfSettingsAreNotShown() {
        assertThat(Terms.setting("app.tenant", "a secret").toString())
                .contains("app.tenant")
                .doesNotContain("a secret");
    }
}
