package io.pgproxy.sql.catalog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where unqualified names are looked for: the setting {@code search_path} with {@code $user} replaced. PostgreSQL adds
 * pg_catalog in front if it is not in it, and for relations the session's temporary schema in front of that.
 *
 * @param schemas as the setting has them, in order; {@code pg_catalog} and {@code pg_temp} only where they stand in it
 * @param temporaryTables whether the session may have temporary relations. Another session's catalogue does not know
 *     those, so what one of them may hide is then not resolved at all
 */
public record SearchPath(List<String> schemas, boolean temporaryTables) {
    static final String PG_TEMP = "pg_temp";
    private static final int MOST_BYTES = 63;

    /**
     * Keeps a copy.
     *
     * @param schemas as the setting has them
     * @param temporaryTables whether the session may have temporary relations
     */
    public SearchPath {
        schemas = List.copyOf(schemas);
    }

    /**
     * A path of a session that has no temporary relations.
     *
     * @param schemas in order
     * @return the path
     */
    public static SearchPath of(String... schemas) {
        return new SearchPath(List.of(schemas), false);
    }

    /**
     * Reads the value of the setting as the server does: names between commas are folded to lower case unless they are
     * quoted, and cut at 63 bytes.
     *
     * @param setting such as {@code "$user", public}
     * @param role the current role, which {@code $user} stands for
     * @return the path of a session that has no temporary relations; an empty path for a text that the server would not
     *     take
     */
    public static SearchPath parse(String setting, String role) {
        List<String> schemas = new ArrayList<>();
        int at = 0;
        while (true) {
            at = skipBlanks(setting, at);
            StringBuilder name = new StringBuilder();
            int end = at < setting.length() && setting.charAt(at) == '"'
                    ? quoted(setting, at + 1, name)
                    : plain(setting, at, name);
            if (end < 0 || name.isEmpty()) {
                return of();
            }
            String cut = cut(name.toString());
            schemas.add(cut.equals("$user") ? role : cut);
            at = skipBlanks(setting, end);
            if (at == setting.length()) {
                return new SearchPath(schemas, false);
            }
            if (setting.charAt(at) != ',') {
                return of();
            }
            at++;
        }
    }

    /**
     * The same path in a session that may have temporary relations.
     *
     * @return a path with {@link #temporaryTables()}
     */
    public SearchPath withTemporaryTables() {
        return new SearchPath(schemas, true);
    }

    /** In this order functions, operators and types are looked for; never in the temporary schema. */
    Set<String> forFunctions() {
        Set<String> order = new LinkedHashSet<>();
        if (!schemas.contains(BuiltInFunctions.PG_CATALOG)) {
            order.add(BuiltInFunctions.PG_CATALOG);
        }
        order.addAll(schemas);
        order.remove(PG_TEMP);
        return order;
    }

    /** In this order relations are looked for; the session's own schema is {@link #PG_TEMP}. */
    Set<String> forRelations() {
        Set<String> order = new LinkedHashSet<>();
        if (!schemas.contains(PG_TEMP)) {
            order.add(PG_TEMP);
        }
        if (!schemas.contains(BuiltInFunctions.PG_CATALOG)) {
            order.add(BuiltInFunctions.PG_CATALOG);
        }
        order.addAll(schemas);
        return order;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && " \t\n\r\f\u000b".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static int quoted(String text, int from, StringBuilder name) {
        int at = from;
        while (at < text.length()) {
            if (text.charAt(at) == '"') {
                if (at + 1 == text.length() || text.charAt(at + 1) != '"') {
                    return at + 1;
                }
                at++;
            }
            name.append(text.charAt(at++));
        }
        return -1;
    }

    private static int plain(String text, int from, StringBuilder name) {
        int at = from;
        while (at < text.length() && " \t\n\r\f\u000b,".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        // In UTF-8 the server folds ASCII letters only.
        for (char letter : text.substring(from, at).toCharArray()) {
            name.append(letter < 128 ? String.valueOf(letter).toLowerCase(Locale.ROOT) : String.valueOf(letter));
        }
        return at;
    }

    private static String cut(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MOST_BYTES) {
            return name;
        }
        int end = MOST_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
