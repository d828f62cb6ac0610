package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WriterSamplesTest {
    private final WriterSamples samples = new WriterSamples(0);

    @Test
    void theFirstSampleAfterAMomentIsTheLowest() {
        assertThat(samples.lsnAfter(0)).isEqualTo(WriterSamples.UNKNOWN);
        samples.add(100, 10);
        samples.add(200, 20);
        assertThat(samples.lsnAfter(9)).isEqualTo(100);
        assertThat(samples.lsnAfter(10)).isEqualTo(200); // asked for at that moment: it may not have seen it
        assertThat(samples.lsnAfter(19)).isEqualTo(200);
        assertThat(samples.lsnAfter(20)).isEqualTo(WriterSamples.UNKNOWN);
    }

    @Test
    void howeverManyThereWereNothingIsClaimedThatIsTooLow() {
        for (int i = 1; i <= 100_000; i++) {
            samples.add(i * 10L, i);
        }
        for (int moment = 0; moment < 100_000; moment++) {
            assertThat(samples.lsnAfter(moment)).isGreaterThanOrEqualTo((moment + 1) * 10L);
        }
        assertThat(samples.lsnAfter(99_999)).isEqualTo(1_000_000);
        assertThat(samples.lsnAfter(99_900)).isEqualTo(999_010);
    }
}
