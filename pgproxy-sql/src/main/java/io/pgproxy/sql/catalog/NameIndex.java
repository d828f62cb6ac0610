package io.pgproxy.sql.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An immutable index of things that have a schema and a name: a sorted array, which takes the least room. */
final class NameIndex<T> {
    private final List<T> sorted;
    private final Function<T, String> schema;
    private final Function<T, String> name;

    NameIndex(Stream<T> things, Function<T, String> schema, Function<T, String> name) {
        this.schema = schema;
        this.name = name;
        this.sorted = things.sorted(Comparator.comparing(name)).toList();
    }

    /** All of a name, whatever their schema. */
    List<T> named(String wanted) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (name.apply(sorted.get(middle)).compareTo(wanted) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int end = low;
        while (end < sorted.size() && name.apply(sorted.get(end)).equals(wanted)) {
            end++;
        }
        return sorted.subList(low, end);
    }

    /** All that a name can mean, in the order of the schemas. */
    List<T> visible(@Nullable String wantedSchema, String wanted, Set<String> path) {
        List<T> named = named(wanted);
        if (named.isEmpty()) {
            return List.of();
        }
        List<T> found = new ArrayList<>();
        for (String each : wantedSchema == null ? path : Set.of(wantedSchema)) {
            for (T thing : named) {
                if (schema.apply(thing).equals(each)) {
                    found.add(thing);
                }
            }
        }
        return List.copyOf(found);
    }
}
