package io.pgproxy.hook.ready;

import io.pgproxy.hook.QueryRows;
import io.pgproxy.protocol.Column;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Where the masked columns of a database are, and which relations there are at all. Immutable. */
final class MaskedPlaces {
    private static final int NUMBER_BITS = 16;
    private static final long NUMBER = 0xffff;

    private final MaskRules rules;
    /** Each relation's OID and behind it the number of its columns, in order. */
    private final long[] relations;

    private final Map<Long, Mask> masks;
    private final long askedAt;

    private MaskedPlaces(MaskRules rules, long[] relations, Map<Long, Mask> masks, long askedAt) {
        this.rules = rules;
        this.relations = relations;
        this.masks = masks;
        this.askedAt = askedAt;
    }

    /** Reads what {@link MaskQuery} gives. */
    static MaskedPlaces read(MaskRules rules, QueryRows rows, long askedAt) {
        long[] relations = {};
        Map<Long, Mask> anywhere = new HashMap<>();
        Map<Long, Mask> named = new HashMap<>();
        for (List<@Nullable String> row : rows.rows()) {
            String places = Objects.requireNonNullElse(row.get(3), "");
            if ("".equals(row.get(2))) {
                relations = sorted(places);
                continue;
            }
            MaskRules.Name name = new MaskRules.Name(text(row.get(0)), text(row.get(1)), text(row.get(2)));
            Mask mask = rules.of(name);
            if (mask != null) {
                Map<Long, Mask> into = name.isAnywhere() ? anywhere : named;
                each(places, place -> into.put(place, mask));
            }
        }
        anywhere.putAll(named);
        return new MaskedPlaces(rules, relations, anywhere, askedAt);
    }

    long askedAt() {
        return askedAt;
    }

    /** Whether all the columns are those of known relations, or of none. */
    boolean know(List<Column> columns) {
        for (Column column : columns) {
            if (column.tableOid() != 0 && column.attributeNumber() > columns(column.tableOid())) {
                return false;
            }
        }
        return true;
    }

    /** The mask of a column that is known, or null. */
    @Nullable
    Mask of(Column column) {
        Mask mask = column.tableOid() == 0 ? null : masks.get(place(column.tableOid(), column.attributeNumber()));
        return mask == null ? rules.of(MaskRules.Name.anywhere(column.name())) : mask;
    }

    /** How many columns a relation has; less than any number if it is not known. */
    private int columns(int oid) {
        long first = place(oid, 0);
        int found = Arrays.binarySearch(relations, first);
        int at = found < 0 ? -found - 1 : found;
        return at < relations.length && relations[at] >> NUMBER_BITS == first >> NUMBER_BITS
                ? (int) (relations[at] & NUMBER)
                : Integer.MIN_VALUE;
    }

    private static long[] sorted(String places) {
        long[] sorted = new long
                [places.isEmpty()
                        ? 0
                        : (int) places.chars().filter(c -> c == ',').count() + 1];
        int[] next = {0};
        each(places, place -> sorted[next[0]++] = place);
        Arrays.sort(sorted);
        return sorted;
    }

    /** {@code oid:number,…} */
    private static void each(String places, LongConsumer found) {
        int at = 0;
        while (at < places.length()) {
            int colon = places.indexOf(':', at);
            int comma = places.indexOf(',', colon);
            int end = comma < 0 ? places.length() : comma;
            found.accept(place(
                    Integer.parseUnsignedInt(places, at, colon, 10), Integer.parseInt(places, colon + 1, end, 10)));
            at = end + 1;
        }
    }

    private static long place(int oid, int number) {
        return (Integer.toUnsignedLong(oid) << NUMBER_BITS) | (number & NUMBER);
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
