package io.pgproxy.hook.ready;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which names have which masks.
 *
 * @param masks by name
 */
record MaskRules(Map<Name, Mask> masks) {
    MaskRules {
        masks = Map.copyOf(masks);
    }

    /**
     * A column's name as the catalogue has it.
     *
     * @param schema empty for any table
     * @param table empty for any table
     * @param column never empty
     */
    record Name(String schema, String table, String column) {
        static Name anywhere(String column) {
            return new Name("", "", column);
        }

        boolean isAnywhere() {
            return table.isEmpty();
        }
    }

    @Nullable
    Mask of(Name name) {
        return masks.get(name);
    }

    /** The parameters of {@link MaskQuery}: names anywhere; schemas, tables and columns of the others. */
    List<@Nullable String> parameters() {
        return List.of(
                array(true, Name::column),
                array(false, Name::schema),
                array(false, Name::table),
                array(false, Name::column));
    }

    /** See "Array Input and Output Syntax" in the PostgreSQL manual. */
    private String array(boolean anywhere, Function<Name, String> part) {
        StringBuilder array = new StringBuilder("{");
        for (Name name : masks.keySet()) {
            if (name.isAnywhere() == anywhere) {
                String escaped = part.apply(name).replace("\\", "\\\\").replace("\"", "\\\"");
                array.append(array.length() > 1 ? "," : "")
                        .append('"')
                        .append(escaped)
                        .append('"');
            }
        }
        return array.append('}').toString();
    }

    /** Collects masks. */
    static final class Builder {
        private final Map<Name, Mask> masks = new LinkedHashMap<>();

        void add(Name name, Mask mask) {
            if (name.column().isEmpty()) {
                throw new IllegalArgumentException("a column without a name");
            }
            if (masks.put(name, mask) != null) {
                throw new IllegalArgumentException("two masks for the column " + name.column());
            }
        }

        MaskRules build() {
            return new MaskRules(masks);
        }
    }
}
