package io.pgproxy.sql.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The functions and types that PostgreSQL 14 to 18 have from the start, in the schemas pg_catalog and
 * information_schema. Names, volatility and kinds were read from servers of these versions; effects are a review of the
 * volatile ones, and of those that read what a text names. The list is read once in a JVM, when first used, and takes
 * half a megabyte.
 */
public final class BuiltInFunctions {
    static final int OLDEST = 14;
    static final String PG_CATALOG = "pg_catalog";
    private static final String INFORMATION_SCHEMA = "information_schema";

    private static final BuiltInFunctions ALL = new BuiltInFunctions();

    private final Map<String, BuiltInFunction> byName;

    private BuiltInFunctions() {
        EffectList review = EffectList.read("effects.txt");
        List<String> lines = EffectList.lines("functions.tsv");
        Map<String, Map<Integer, FunctionEffect>> byArguments = byArguments(review);
        Map<String, Set<RoutineKind>> kinds = new HashMap<>();
        byName = new HashMap<>(lines.size() * 4 / 3 + 1);
        for (String line : lines) {
            int tab = line.indexOf('\t');
            int secondTab = line.indexOf('\t', tab + 1);
            String key = line.substring(0, tab);
            String volatilities = line.substring(tab + 1, secondTab).intern();
            String letters = line.substring(secondTab + 1);
            int dot = key.indexOf('.');
            byName.put(
                    key,
                    new BuiltInFunction(
                            dot < 0 ? PG_CATALOG : INFORMATION_SCHEMA,
                            key.substring(dot + 1),
                            volatilities,
                            kinds.computeIfAbsent(letters, BuiltInFunctions::kinds),
                            letters.indexOf('t') >= 0,
                            letters.indexOf('s') >= 0,
                            effect(review.exactly(key), volatilities, letters),
                            byArguments.getOrDefault(key, Map.of())));
        }
    }

    private static Map<String, Map<Integer, FunctionEffect>> byArguments(EffectList review) {
        Map<String, Map<Integer, FunctionEffect>> found = new HashMap<>();
        for (String name : review.names()) {
            int slash = name.indexOf('/');
            FunctionEffect effect = review.exactly(name);
            if (slash >= 0 && effect != null) {
                found.computeIfAbsent(name.substring(0, slash), key -> new HashMap<>())
                        .put(Integer.valueOf(name.substring(slash + 1)), effect);
            }
        }
        return found;
    }

    private static Set<RoutineKind> kinds(String letters) {
        Set<RoutineKind> kinds = EnumSet.noneOf(RoutineKind.class);
        letters.chars()
                .filter(letter -> "fawp".indexOf(letter) >= 0)
                .forEach(letter -> kinds.add(RoutineKind.ofCode((char) letter)));
        return Collections.unmodifiableSet(kinds);
    }

    private static FunctionEffect effect(@Nullable FunctionEffect reviewed, String volatilities, String letters) {
        if (reviewed != null) {
            return reviewed;
        }
        if (letters.indexOf('i') >= 0) {
            return FunctionEffect.INTERNAL;
        }
        if (volatilities.indexOf('v') >= 0) {
            return FunctionEffect.UNKNOWN;
        }
        return volatilities.indexOf('s') >= 0 ? FunctionEffect.NON_DETERMINISTIC : FunctionEffect.NONE;
    }

    /**
     * The list.
     *
     * @return the only instance
     */
    public static BuiltInFunctions all() {
        return ALL;
    }

    /**
     * What has a name.
     *
     * @param schema pg_catalog or information_schema; null stands for pg_catalog, which every search_path holds
     * @param name the name as the catalogue has it
     * @return what is built in under this name, or null
     */
    public @Nullable BuiltInFunction find(@Nullable String schema, String name) {
        if (schema == null || schema.equals(PG_CATALOG)) {
            return name.indexOf('.') < 0 ? byName.get(name) : null;
        }
        return schema.equals(INFORMATION_SCHEMA) ? byName.get(INFORMATION_SCHEMA + "." + name) : null;
    }

    /**
     * Everything in the list.
     *
     * @return in no order
     */
    public Collection<BuiltInFunction> functions() {
        return Collections.unmodifiableCollection(byName.values());
    }

    static boolean isSystemSchema(String schema) {
        return schema.equals(PG_CATALOG) || schema.equals(INFORMATION_SCHEMA);
    }
}
