package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.QualifiedName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameIndexTest {

    @Test
    void eachNameIsFoundAmongMany() {
        List<QualifiedName> names = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            names.add(new QualifiedName("a", "name" + i));
            names.add(new QualifiedName("b", "name" + i));
        }
        NameIndex<QualifiedName> index = index(names);

        for (int i = 0; i < 5_000; i++) {
            assertThat(index.named("name" + i))
                    .containsExactlyInAnyOrder(new QualifiedName("a", "name" + i), new QualifiedName("b", "name" + i));
        }
        assertThat(index.named("name5000")).isEmpty();
        assertThat(index.named("")).isEmpty();
    }

    @Test
    void namesOfOneHashAreToldApart() {
        // Any chain of Aa and BB has the same hash as any other of its length.
        List<String> same = List.of("AaAaAa", "AaAaBB", "AaBBAa", "AaBBBB", "BBAaAa", "BBAaBB", "BBBBAa");
        NameIndex<QualifiedName> index =
                index(same.stream().map(name -> new QualifiedName("a", name)).toList());

        assertThat(same).allMatch(name -> index.named(name).equals(List.of(new QualifiedName("a", name))));
        assertThat(index.named("BBBBBB")).isEmpty();
    }

    @Test
    void theOrderOfThePathIsKept() {
        NameIndex<QualifiedName> index =
                index(List.of(new QualifiedName("a", "x"), new QualifiedName("b", "x"), new QualifiedName("c", "x")));

        assertThat(index.visible(null, "x", new LinkedHashSet<>(List.of("c", "nowhere", "a"))))
                .containsExactly(new QualifiedName("c", "x"), new QualifiedName("a", "x"));
        assertThat(index.visible("b", "x", new LinkedHashSet<>(List.of("c"))))
                .containsExactly(new QualifiedName("b", "x"));
        assertThat(index(List.of()).named("x")).isEmpty();
    }

    private static NameIndex<QualifiedName> index(List<QualifiedName> names) {
        return new NameIndex<>(names.stream(), QualifiedName::schema, QualifiedName::name);
    }
}
