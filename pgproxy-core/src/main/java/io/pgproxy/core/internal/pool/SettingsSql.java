package io.pgproxy.core.internal.pool;

import io.pgproxy.sql.lexer.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What brings a connection's settings from what they are to what a client wants them to be.
 *
 * <p>It is a block of its own. If anything in it fails, the block has failed, and whatever is sent behind it does
 * nothing: so the client's statement can be in the same flight, as long as it cannot end a block.
 */
final class SettingsSql {
    static final String APPLICATION_NAME = "application_name";
    static final String ROLE = "role";
    static final String AUTHORIZATION = "session_authorization";

    /** Settings that RESET ALL leaves as they are. */
    static final Set<String> WHO = Set.of(ROLE, AUTHORIZATION);

    /** Settings by which the server finds out what a text means when it is prepared: constants, quotes, names. */
    static final Set<String> OF_READING = Set.of(
            "array_nulls",
            "backslash_quote",
            "client_encoding",
            "datestyle",
            "default_text_search_config",
            "intervalstyle",
            "lc_monetary",
            ROLE,
            "row_security",
            "search_path",
            AUTHORIZATION,
            "standard_conforming_strings",
            "timezone",
            "timezone_abbreviations",
            "transform_null_equals",
            "xmloption");

    /** Settings whose value is a list of names: GUC_LIST_QUOTE in the server's guc tables. */
    private static final Set<String> LISTS =
            Set.of("search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries");

    private SettingsSql() {}

    /**
     * The difference.
     *
     * @param inForce what is set there, null for what may be anything
     * @param wanted what is to be set
     * @return null if there is none
     */
    static @Nullable String difference(Map<String, @Nullable String> inForce, Map<String, String> wanted) {
        if (inForce.equals(wanted)) {
            return null;
        }
        List<String> steps = new ArrayList<>();
        Set<String> names = new TreeSet<>(inForce.keySet());
        names.addAll(wanted.keySet());
        names.removeIf(name -> inForce.containsKey(name)
                && wanted.containsKey(name)
                && Objects.equals(inForce.get(name), wanted.get(name)));
        if (names.isEmpty()) {
            return null;
        }
        boolean asAnother = inForce.containsKey(AUTHORIZATION) || inForce.containsKey(ROLE);
        if (inForce.containsKey(AUTHORIZATION)) {
            steps.add("RESET SESSION AUTHORIZATION");
        }
        if (asAnother) {
            steps.add("RESET ROLE");
        }
        for (String name : names) {
            if (!name.equals(ROLE) && !name.equals(AUTHORIZATION)) {
                steps.add(step(name, wanted.get(name)));
            }
        }
        for (String name : List.of(AUTHORIZATION, ROLE)) {
            String value = wanted.get(name);
            if (value != null && (asAnother || names.contains(name))) {
                steps.add(step(name, value));
            }
        }
        return "BEGIN;" + String.join(";", steps) + ";COMMIT";
    }

    private static String step(String name, @Nullable String value) {
        String quoted = quoted(name);
        if (value == null) {
            return "RESET " + quoted;
        }
        if (value.isEmpty() && LISTS.contains(name)) { // SET would make it a list of a name of no length
            return "SELECT pg_catalog.set_config(" + literal(name) + ", '', false)";
        }
        return "SET " + quoted + " TO " + (LISTS.contains(name) ? list(value) : literal(value));
    }

    private static String quoted(String name) {
        StringBuilder quoted = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            quoted.append(quoted.isEmpty() ? "" : ".").append(Names.quoted(part));
        }
        return quoted.toString();
    }

    /** Read alike whatever standard_conforming_strings is. */
    static String literal(String text) {
        String doubled = text.replace("'", "''");
        return text.indexOf('\\') < 0 ? "'" + doubled + "'" : "E'" + doubled.replace("\\", "\\\\") + "'";
    }

    /** As SplitIdentifierString reads such a value: names with commas between them, quoted or not. */
    private static String list(String value) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                if (quoted && i + 1 < value.length() && value.charAt(i + 1) == '"') {
                    element.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                elements.add(literal(element.toString()));
                element.setLength(0);
            } else if (quoted || !Character.isWhitespace(c)) {
                element.append(c);
            }
        }
        elements.add(literal(element.toString()));
        return String.join(", ", elements);
    }
}
