package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the kind that the first words of a statement announce; made from {@link StatementKind#words}. */
final class KindTable {
    /** Words that may stand between CREATE, ALTER or DROP and what is created. */
    private static final Set<Keyword> NOISE = EnumSet.of(
            Keyword.OR,
            Keyword.REPLACE,
            Keyword.GLOBAL,
            Keyword.LOCAL,
            Keyword.TEMP,
            Keyword.TEMPORARY,
            Keyword.UNLOGGED,
            Keyword.UNIQUE,
            Keyword.RECURSIVE,
            Keyword.TRUSTED,
            Keyword.PROCEDURAL,
            Keyword.CONSTRAINT,
            Keyword.DEFAULT);

    private static final Map<Keyword, List<Entry>> ENTRIES = entries();

    private record Entry(List<Keyword> rest, StatementKind kind) {}

    private KindTable() {}

    private static Map<Keyword, List<Entry>> entries() {
        Map<Keyword, List<Entry>> all = new EnumMap<>(Keyword.class);
        for (StatementKind kind : StatementKind.values()) {
            for (String words : kind.words()) {
                List<Keyword> keywords =
                        Arrays.stream(words.split(" ")).map(Keyword::valueOf).toList();
                all.computeIfAbsent(keywords.get(0), word -> new ArrayList<>())
                        .add(new Entry(keywords.subList(1, keywords.size()), kind));
            }
        }
        Comparator<Entry> longestFirst =
                Comparator.comparing(entry -> -entry.rest().size());
        all.values().forEach(list -> list.sort(longestFirst));
        return all;
    }

    /** The kind, the cursor then behind its words; null, the cursor anywhere, if there is none. */
    static @Nullable StatementKind find(Cursor cursor) {
        Keyword first = cursor.keyword();
        List<Entry> entries = first == null ? null : ENTRIES.get(first);
        if (entries == null) {
            return null;
        }
        cursor.skip();
        boolean object = first == Keyword.CREATE || first == Keyword.ALTER || first == Keyword.DROP;
        while (true) {
            for (Entry entry : entries) {
                if (takeAll(cursor, entry.rest())) {
                    return entry.kind();
                }
            }
            Keyword word = cursor.keyword();
            if (!object || word == null || !NOISE.contains(word)) {
                return null;
            }
            cursor.skip();
        }
    }

    private static boolean takeAll(Cursor cursor, List<Keyword> words) {
        for (int i = 0; i < words.size(); i++) {
            if (!cursor.is(i, words.get(i))) {
                return false;
            }
        }
        cursor.moveTo(cursor.at() + words.size());
        return true;
    }
}
