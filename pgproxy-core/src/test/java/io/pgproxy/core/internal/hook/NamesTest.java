package io.pgproxy.core.internal.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NamesTest {
    private final Names<String> names = new Names<>(false);

    @Test
    void theLatestChangeCountsBeItOfOneNameOrOfAll() {
        Names.Change<String> first = names.change("a", "1", 1);
        Names.Change<String> all = names.change(null, null, 2);
        assertThat(names.find("a")).isNull();
        assertThat(names.mustWait("b", 1)).isTrue();
        Names.Change<String> second = names.change("a", "2", 3);
        assertThat(names.find("a")).isEqualTo("2");
        assertThat(names.mustWait("a", 3)).isFalse();
        first.confirm();
        all.confirm();
        assertThat(names.known()).isEmpty();
        second.confirm();
        assertThat(names.known()).containsOnlyKeys("a");
    }

    @Test
    void whatIsDroppedWasNever() {
        names.change("a", "1", 1).confirm();
        Names.Change<String> dropped = names.change("a", null, 1);
        Names.Change<String> last = names.change("a", "3", 1);
        dropped.drop();
        dropped.confirm();
        assertThat(names.find("a")).isEqualTo("3");
        last.drop();
        assertThat(names.find("a")).isEqualTo("1");
        assertThat(names.mustWait("a", 2)).isFalse();
    }

    @Test
    void theServerKnowsALongNameByItsFirstBytes() {
        String cut = "n".repeat(63);
        names.change(cut + "a", "1", 1).confirm();
        assertThat(names.find(cut)).isEqualTo("1");
        assertThat(names.find(cut + "b")).isEqualTo("1");
        assertThat(names.find("n".repeat(62))).isNull();
        names.change(cut + "b", null, 2);
        assertThat(names.mustWait(cut, 3)).isTrue();

        String even = "\u00e9".repeat(31) + "n";
        names.change(even + "a", "2", 4).confirm();
        assertThat(names.find(even)).isEqualTo("2");
        String odd = "\u00e9".repeat(32);
        names.change(odd, "3", 5).confirm();
        assertThat(names.find(odd + "a")).isEqualTo("3");
        assertThat(names.find("\u00e9".repeat(31))).isNull();
    }

    @Test
    @Timeout(20)
    void aPipelineOfVeryManyNamesIsLookedUpWithoutWalkingThroughIt() {
        List<Names.Change<String>> changes = new ArrayList<>();
        for (int i = 0; i < 400_000; i++) {
            String name = "s" + i;
            assertThat(names.mustWait(name, 1) || names.find(name) != null).isFalse();
            changes.add(names.change(name, name, 1));
        }
        changes.forEach(Names.Change::confirm);
        assertThat(names.known()).hasSize(400_000);
    }
}
