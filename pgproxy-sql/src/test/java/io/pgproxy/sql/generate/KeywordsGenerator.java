package io.pgproxy.sql.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Writes the constants of {@code Keyword}: what each version's grammar does with each keyword, as
 * {@code pg_get_keywords()} says.
 */
class KeywordsGenerator {
    private static final Path SOURCE = Path.of("src/main/java/io/pgproxy/sql/lexer/Keyword.java");
    private static final String BEFORE = "public enum Keyword {\n";
    private static final String AFTER = ";\n";

    /** A small letter where the word labels a column only behind AS. */
    private static final String QUERY = """
            select word, case when barelabel then upper(catcode::text) else lower(catcode::text) end
              from pg_catalog.pg_get_keywords()
            """;

    @Test
    void writeKeywordsOfEachVersion() throws Exception {
        Map<String, StringBuilder> categories = new TreeMap<>();

        EachVersion.ask((index, connection) -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(QUERY)) {
                while (row.next()) {
                    categories
                            .computeIfAbsent(row.getString(1), word -> absent())
                            .setCharAt(index, row.getString(2).charAt(0));
                }
            }
        });

        assertThat(categories).hasSizeGreaterThan(400);
        String constants = categories.entrySet().stream()
                .map(word -> constant(word.getKey().toUpperCase(Locale.ROOT), word.getValue()))
                .collect(Collectors.joining(",\n"));
        String source = Files.readString(SOURCE, StandardCharsets.UTF_8);
        int start = source.indexOf(BEFORE) + BEFORE.length();
        String written = source.substring(0, start) + constants + source.substring(source.indexOf(AFTER, start));
        Files.writeString(SOURCE, written, StandardCharsets.UTF_8);
    }

    private static String constant(String name, CharSequence letters) {
        return "    /** {@code " + name + "}. */\n    " + name + "(\"" + letters + "\")";
    }

    private static StringBuilder absent() {
        return new StringBuilder("-".repeat(EachVersion.ALL.size()));
    }
}
