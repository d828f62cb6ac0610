package io.pgproxy.sql.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable index of things that have a schema and a name: an array in which those of one name stand side by side,
 * and a table of where each name begins. It takes some 12 bytes for each thing.
 */
final class NameIndex<T> {
    private final List<T> sorted;
    private final Function<T, String> schema;
    private final Function<T, String> name;
    /** One more than a place in the array, at the hash of its name or at the next free place behind that. */
    private final int[] table;

    NameIndex(Stream<T> things, Function<T, String> schema, Function<T, String> name) {
        this.schema = schema;
        this.name = name;
        this.sorted = things.sorted(Comparator.comparing(name)).toList();
        this.table = new int[Integer.highestOneBit(Math.max(1, sorted.size())) * 4];
        for (int i = 0; i < sorted.size(); i++) {
            String each = name.apply(sorted.get(i));
            if (i == 0 || !each.equals(name.apply(sorted.get(i - 1)))) {
                int slot = firstSlot(each);
                while (table[slot] != 0) {
                    slot = nextSlot(slot);
                }
                table[slot] = i + 1;
            }
        }
    }

    private int firstSlot(String wanted) {
        int hash = wanted.hashCode();
        return (hash ^ hash >>> 16) & table.length - 1;
    }

    private int nextSlot(int slot) {
        return slot + 1 & table.length - 1;
    }

    /** All of a name, whatever their schema. */
    List<T> named(String wanted) {
        for (int slot = firstSlot(wanted); table[slot] != 0; slot = nextSlot(slot)) {
            int start = table[slot] - 1;
            if (name.apply(sorted.get(start)).equals(wanted)) {
                int end = start + 1;
                while (end < sorted.size() && name.apply(sorted.get(end)).equals(wanted)) {
                    end++;
                }
                return sorted.subList(start, end);
            }
        }
        return List.of();
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
