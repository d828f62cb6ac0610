package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What comes once is kept as long as it pays. */
class RecurrenceTest {
    private static final int WINDOW = 1024;

    private final Recurrence recurrence = new Recurrence();

    /** So many different misses, of which none has come before. */
    private int kept(int from, int misses) {
        int kept = 0;
        for (int i = 0; i < misses; i++) {
            if (recurrence.isWorthKeeping((from + i) * 0x9E3779B9)) {
                kept++;
            }
        }
        return kept;
    }

    @Test
    void atFirstEverythingIsKept() {
        assertThat(kept(1, 1000)).isEqualTo(1000);
    }

    @Test
    void whereNothingComesAgainOnlyWhatComesASecondTimeIsKept() {
        kept(1, 3 * WINDOW);
        assertThat(kept(10_000, 1000)).isLessThan(50); // some fall on the marks of others
        assertThat(recurrence.isWorthKeeping(77)).isFalse();
        assertThat(recurrence.isWorthKeeping(77)).isTrue();
    }

    @Test
    void whereMuchComesAgainEverythingIsKeptAgain() {
        kept(1, 3 * WINDOW - 1);
        for (int i = 0; i < WINDOW / 2; i++) {
            recurrence.hit();
        }
        kept(10_000, 1); // the last of a window: what it has shown counts from the next on
        assertThat(kept(20_000, WINDOW - 1)).isEqualTo(WINDOW - 1);
    }
}
