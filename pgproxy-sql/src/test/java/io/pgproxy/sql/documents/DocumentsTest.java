package io.pgproxy.sql.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The examples of docs/sql.md are the classes beside this one, and do what is said there. */
@WithPostgres
class DocumentsTest {
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/sql/documents");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    @AfterEach
    void close() {
        analyzer.close();
    }

    @Test
    void theDocumentHasTheseProgramsAndNoOthers() throws IOException {
        List<String> documented = JAVA.matcher(Files.readString(Path.of("../docs/sql.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(documented)
                .containsExactly(source("TenantFilter.java"), source("CallRules.java"), source("BehindView.java"));
    }

    private static String source(String file) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        return source.substring(source.indexOf("import "));
    }

    @Test
    void theCallsOfAStatementAreJudged() {
        assertThat(objections("SELECT lower(a), reports.total(), now() FROM t")).isEmpty();
        assertThat(objections("SELECT pg_sleep(1), pg_read_file('x'), total()"))
                .containsExactly(
                        "pg_sleep is refused by a rule",
                        "pg_read_file reaches files of the server",
                        "total may have any effect");
    }

    private List<String> objections(String sql) {
        return CallRules.objections(analyzer.analyze(sql).statements().get(0));
    }

    @Test
    void theTablesBehindAViewAreFound(TestDatabase database) throws Exception {
        database.execute("""
                CREATE TABLE orders (id int, customer int);
                CREATE TABLE customers (id int);
                CREATE VIEW buyers AS SELECT c.id FROM customers c JOIN orders o ON o.customer = c.id;
                CREATE VIEW some_buyers AS SELECT id FROM buyers LIMIT 10;
                """);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());

        BehindView views = new BehindView(source);

        assertThat(views.tables("some_buyers"))
                .hasValueSatisfying(
                        tables -> assertThat(tables).containsExactlyInAnyOrder("public.customers", "public.orders"));
        assertThat(views.tables("nothing")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT item FROM bought ORDER BY item",
                "SELECT b.item FROM public.bought b -- all\n ORDER BY 1",
                "SELECT q.i FROM ONLY bought AS q (t, i) JOIN \"My Table\" m ON m.tenant = t ORDER BY 1",
                "WITH bought AS (SELECT item FROM public.bought) SELECT item FROM bought ORDER BY 1",
                "SELECT item FROM bought b WHERE EXISTS (SELECT FROM \"My Table\" WHERE tenant = b.tenant) ORDER BY 1",
            })
    void aTenantSeesItsOwnRows(String sql, TestDatabase database) throws Exception {
        database.execute("""
                DROP TABLE IF EXISTS bought, "My Table";
                CREATE TABLE bought (tenant int, item text);
                INSERT INTO bought VALUES (7, 'an apple'), (8, 'a bicycle'), (7, 'a coat');
                CREATE TABLE "My Table" AS VALUES (7), (8);
                ALTER TABLE "My Table" RENAME column1 TO tenant;
                """);

        String rewritten = TenantFilter.rewrite(analyzer, sql, 7).orElseThrow();

        assertThat(database.query(sql)).hasSize(3);
        assertThat(database.query(rewritten)).containsExactly(List.of("a coat"), List.of("an apple"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM bought",
                "SELECT * FROM bought; SELECT 1 INTO x",
                "TABLE bought",
                "SELECT * FROM bought TABLESAMPLE SYSTEM (100)",
                "COPY bought TO STDOUT",
                "SELECT 'not closed FROM bought",
            })
    void whatCannotBeFilteredIsRefused(String sql) {
        assertThat(TenantFilter.rewrite(analyzer, sql, 7)).isEmpty();
    }
}
