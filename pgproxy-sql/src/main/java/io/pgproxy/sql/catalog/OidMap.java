package io.pgproxy.sql.catalog;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An immutable map from OIDs, in two arrays: a catalogue may have a hundred thousand of them. */
final class OidMap<T> {
    private final long[] oids;
    private final Object[] values;

    private OidMap(long[] oids, Object[] values) {
        this.oids = oids;
        this.values = values;
    }

    static <T> OidMap<T> of(Map<Long, ? extends T> map) {
        TreeMap<Long, T> sorted = new TreeMap<>(map);
        return new OidMap<>(
                sorted.keySet().stream().mapToLong(Long::longValue).toArray(),
                sorted.values().toArray());
    }

    @SuppressWarnings("unchecked")
    @Nullable
    T get(long oid) {
        int at = Arrays.binarySearch(oids, oid);
        return at < 0 ? null : (T) values[at];
    }

    @SuppressWarnings("unchecked")
    Stream<T> values() {
        return Arrays.stream(values).map(value -> (T) value);
    }
}
