package io.pgproxy.sql.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code keywords.tsv}: what each version's grammar does with each keyword, as {@code pg_get_keywords()} says.
 */
class KeywordsGenerator {

    private static final String QUERY =
            "select word, catcode, case when barelabel then 'b' else 'a' end from pg_catalog.pg_get_keywords()";

    private record Columns(StringBuilder categories, StringBuilder labels) {
        Columns() {
            this(absent(), absent());
        }

        private static StringBuilder absent() {
            return new StringBuilder("-".repeat(EachVersion.ALL.size()));
        }
    }

    @Test
    void writeKeywordsOfEachVersion() throws Exception {
        Map<String, Columns> keywords = new TreeMap<>();

        EachVersion.ask((index, connection) -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(QUERY)) {
                while (row.next()) {
                    Columns columns = keywords.computeIfAbsent(row.getString(1), word -> new Columns());
                    columns.categories.setCharAt(
                            index, row.getString(2).toUpperCase(Locale.ROOT).charAt(0));
                    columns.labels.setCharAt(index, row.getString(3).charAt(0));
                }
            }
        });

        List<String> lines = new ArrayList<>();
        keywords.forEach((word, columns) -> lines.add(word + "\t" + columns.categories + "\t" + columns.labels));
        assertThat(lines).hasSizeGreaterThan(400);
        Resource.write("io/pgproxy/sql/lexer/keywords.tsv", lines);
    }
}
