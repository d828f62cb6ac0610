package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postgresql.util.PSQLException;

/**
 * What is told of a structure, compared with the tree that PostgreSQL makes of the same text: each relation as often as
 * it is named, references to common tables, the place of each call, the names of columns.
 */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructureDifferentialTest {
    private final Structures structures = new Structures();
    /** In the build every second statement of the corpus, in the profile {@code differential} all of them. */
    private static final int EVERY = Integer.getInteger("pgproxy.differential.rounds") == null ? 2 : 1;

    private Connection connection;

    @BeforeAll
    void connect(TestDatabase database) throws Exception {
        database.execute(
                "CREATE TABLE t1 (a int, b int, c text); CREATE TABLE t2 (a int, b int, c text);"
                        + " CREATE TABLE t3 (a int, b int, c text); CREATE VIEW v1 AS SELECT t1.* FROM t1, t2;"
                        + " CREATE SCHEMA s; CREATE TABLE s.t1 (a int, b int, c text); CREATE TABLE s.\"T.4\" (a int, b int, c text)");
        connection = database.connect();
        ServerTree.prepare(connection);
    }

    @AfterAll
    void close() throws Exception {
        connection.close();
        structures.close();
    }

    @Test
    void eachStatementOfTheCorpusThatTheServerCanResolveHasTheServersStructure() throws Exception {
        int compared = 0;
        List<ValidStatement> statements = ValidStatement.all();
        for (int i = 0; i < statements.size(); i += EVERY) {
            if (isQuery(statements.get(i)) && agrees(statements.get(i).sql())) {
                compared++;
            }
        }
        System.out.println("structures compared with the server's for statements of the corpus: " + compared);
        assertThat(compared).isGreaterThan(1000 / EVERY);
    }

    private static boolean isQuery(ValidStatement statement) {
        return switch (statement.kind()) {
            case "read", "read_lock", "write" -> true;
            default -> false;
        };
    }

    @Test
    void randomQueriesHaveTheServersStructure() throws Exception {
        RandomQueries queries = new RandomQueries(42);
        int compared = 0;
        for (int i = 0; i < 500; i++) {
            if (agrees(queries.next())) {
                compared++;
            }
        }
        System.out.println("structures compared with the server's for random statements: " + compared);
        assertThat(compared).isGreaterThan(350);
    }

    /** False if there is nothing to compare: one of both does not know. */
    private boolean agrees(String sql) throws SQLException {
        if (!(structures.of(sql) instanceof KnownTree known)) {
            return false;
        }
        ServerTree server;
        try {
            server = ServerTree.of(connection, sql);
        } catch (PSQLException e) {
            return false;
        }
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        assertThat(oids(known.relations())).as("relations of %s", sql).isEqualTo(server.relations());
        assertThat(commonTables(known)).as("common tables of %s", sql).isEqualTo(server.commonTables());
        TreeSet<Integer> calls = new TreeSet<>();
        for (FunctionCall call : known.functions()) {
            calls.add(new String(text, 0, call.span().start(), StandardCharsets.UTF_8).length());
        }
        assertThat(calls).as("calls of %s", sql).containsAll(server.calls());
        columns(known, server, sql);
        return true;
    }

    private static void columns(KnownTree known, ServerTree server, String sql) {
        for (OutputColumn column : known.columns()) {
            if (column.kind() == OutputColumn.Kind.STAR || column.kind() == OutputColumn.Kind.COMPOSITE_STAR) {
                return;
            }
        }
        assertThat(server.columns()).as("columns of %s", sql).hasSameSizeAs(known.columns());
        for (int i = 0; i < known.columns().size(); i++) {
            String name = known.columns().get(i).name();
            if (name != null) {
                assertThat(name)
                        .as("column %s of %s", i, sql)
                        .isEqualTo(server.columns().get(i));
            }
        }
    }

    private static List<String> commonTables(KnownTree known) {
        List<String> names = new ArrayList<>();
        for (Relation relation : known.relations()) {
            if (!relation.isStored()) {
                names.add(known.commonTables().get(relation.commonTable()).name());
            }
        }
        names.sort(null);
        return names;
    }

    private List<Long> oids(List<Relation> relations) throws SQLException {
        List<Long> oids = new ArrayList<>();
        for (Relation relation : relations) {
            if (relation.isStored() && relation.use() != RelationUse.CREATE) {
                oids.add(oid(relation));
            }
        }
        oids.sort(null);
        return oids;
    }

    private long oid(Relation relation) throws SQLException {
        String qualified = relation.schema() == null
                ? quoted(relation.name())
                : quoted(relation.schema()) + "." + quoted(relation.name());
        try (PreparedStatement query = connection.prepareStatement("SELECT to_regclass(?)::oid::bigint")) {
            query.setString(1, qualified);
            try (ResultSet result = query.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
