package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pgproxy.cache.Reading.Cacheable;
import io.pgproxy.cache.Writing.Nothing;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Statements of PostgreSQL's own tests and of tools, of each of which it is known what PostgreSQL takes it for. */
@WithPostgres
class CorpusTest {
    @Test
    void nothingThatWritesIsKeptOrTakenForNothing(TestDatabase database) throws SQLException, IOException {
        Shop shop = Shop.in(database);
        List<String> kept = new ArrayList<>();
        List<String> keptButNoRead = new ArrayList<>();
        List<String> rowsTakenForNothing = new ArrayList<>();
        for (JsonNode one : statements()) {
            String sql = one.path("sql").asText();
            if (shop.isOneStatement(sql)) {
                Reading reading = shop.reading(sql);
                Writing writing = shop.writing(sql, Declarations.NONE, Shop.PUBLIC);
                boolean read = one.path("kind").asText().equals("read");
                if (reading instanceof Cacheable) {
                    (read ? kept : keptButNoRead).add(sql);
                    assertThat(writing).as(sql).isInstanceOf(Nothing.class);
                }
                if (writing instanceof Nothing && changesRows(one.path("node").asText())) {
                    rowsTakenForNothing.add(sql);
                }
            }
        }
        shop.close();

        assertThat(keptButNoRead).isEmpty();
        assertThat(rowsTakenForNothing).isEmpty();
        // Most of their tables are not in this database.
        assertThat(kept).hasSizeGreaterThan(300);
        assertThat(kept).noneMatch(sql -> sql.toLowerCase(Locale.ROOT).matches("(?s).*\\b(now|random)\\(.*"));
    }

    private static boolean changesRows(String node) {
        return switch (node) {
            case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt", "CallStmt", "DoStmt" -> true;
            default -> false;
        };
    }

    private static List<JsonNode> statements() throws IOException {
        List<JsonNode> statements = new ArrayList<>();
        ObjectMapper mapper = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CorpusTest.class.getResourceAsStream("/corpus/sql-valid.jsonl")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                statements.add(mapper.readTree(line));
            }
        }
        return statements;
    }
}
