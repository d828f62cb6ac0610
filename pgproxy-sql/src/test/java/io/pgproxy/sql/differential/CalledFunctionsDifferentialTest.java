package io.pgproxy.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The calls that we see in a text, against those that a server stores as dependencies of a body with that text. */
@WithPostgres
class CalledFunctionsDifferentialTest {
    private static final int ROUNDS = Integer.getInteger("pgproxy.differential.rounds", 5_000) / 2;
    private static final long SEED = Long.getLong("pgproxy.differential.seed", 20_261_120L);
    private static final String CALLED =
            "select distinct p.proname from pg_depend d join pg_proc p on p.oid = d.refobjid"
                    + " where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_proc'::regclass"
                    + " and d.objid = 'public.body'::regproc and p.pronamespace = 'fn'::regnamespace";

    @Test
    void nothingThatAServerCallsIsLeftOut(TestDatabase database) throws SQLException {
        CallTexts texts = new CallTexts(SEED);
        List<String> wrong = new ArrayList<>();
        int accepted = 0;
        int unknown = 0;
        int exact = 0;
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            for (int round = 0; round < ROUNDS; round++) {
                String text = texts.next();
                Set<String> server = called(connection, statement, text);
                if (server == null) {
                    continue;
                }
                accepted++;
                SqlAnalysis analysis = analyzer.analyze(text);
                Facts facts = analysis.statements().get(0).facts();
                Set<String> ours = names(facts);
                if (facts.kind() == StatementKind.UNKNOWN) {
                    unknown++;
                } else if (!ours.containsAll(server)) {
                    wrong.add("server " + server + ", we " + ours + ": " + text);
                } else if (ours.equals(server)) {
                    exact++;
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(accepted).as("texts that are statements").isGreaterThan(ROUNDS / 4);
        assertThat(unknown).as("texts that we do not understand").isLessThan(accepted / 50);
        assertThat(exact).as("texts with no call seen that is none").isGreaterThan(accepted * 9 / 10);
    }

    private static Set<String> names(Facts facts) {
        return facts.functions().stream()
                .filter(function ->
                        function.schema() == null || function.schema().equals("fn"))
                .map(FunctionName::name)
                .filter(name -> name.equals("g1") || CallTexts.NAMES.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Connection connect(TestDatabase database) throws SQLException {
        Connection connection = DriverManager.getConnection(
                database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?") + "preferQueryMode=simple");
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table t (a int primary key, b int, c text)");
            statement.execute("create schema fn");
            for (String name : CallTexts.NAMES) {
                String head = "create function fn.\"" + name + "\"";
                statement.execute(head + "() returns int language sql immutable as 'select 1'");
                statement.execute(head + "(int) returns int language sql immutable as 'select 1'");
            }
            statement.execute("create function fn.g1(int) returns text language sql immutable as $$select 'x'$$");
            statement.execute("set search_path = fn, public, pg_catalog");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /** What the server finds called, or null if it does not take the text. */
    private static @Nullable Set<String> called(Connection connection, Statement statement, String text)
            throws SQLException {
        Set<String> names = new TreeSet<>();
        try {
            statement.execute("create function public.body() returns void language sql begin atomic " + text + "; end");
        } catch (SQLException refused) {
            connection.rollback();
            return null;
        }
        try (ResultSet rows = statement.executeQuery(CALLED)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        connection.rollback();
        return names;
    }
}
