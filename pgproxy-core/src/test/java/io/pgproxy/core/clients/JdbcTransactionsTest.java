package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Savepoint;
import java.sql.Statement;
import javax.sql.XAConnection;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.xa.PGXADataSource;

/** Transactions as pgjdbc makes them: savepoints, autosave, two phases. */
@WithPostgres(settings = {"max_prepared_transactions=10", "wal_level=logical"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcTransactionsTest {
    private Twice twice;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        twice = places(database);
    }

    /** Where it runs beside the server itself. */
    Twice places(TestDatabase database) throws Exception {
        return Twice.andInProcess(database);
    }

    @AfterAll
    void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"never", "always", "conservative"})
    void errorsInBlocksWithEveryAutosave(String autosave) throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect("autosave", autosave, "prepareThreshold", "1")) {
                connection.setAutoCommit(false);
                Statement statement = connection.createStatement();
                statement.execute("CREATE TABLE t (i int PRIMARY KEY)");
                statement.execute("INSERT INTO t VALUES (1)");
                Savepoint savepoint = connection.setSavepoint("s");
                statement.execute("INSERT INTO t VALUES (2)");
                connection.rollback(savepoint);
                connection.commit();
                statement.execute("INSERT INTO t VALUES (3)");
                out.refused(() -> statement.execute("INSERT INTO t VALUES (1)"));
                out.refused(() -> statement.execute("INSERT INTO t VALUES (4)"));
                out.refused(connection::commit);
                connection.rollback();
                out.rows(statement.executeQuery("SELECT * FROM t ORDER BY i"));
                PreparedStatement plan = connection.prepareStatement("SELECT * FROM t ORDER BY i");
                for (int i = 0; i < 3; i++) {
                    out.rows(plan.executeQuery());
                }
                statement.execute("ALTER TABLE t ADD COLUMN more int DEFAULT 7");
                out.refused(() -> out.rows(plan.executeQuery()));
                connection.rollback();
                connection.setReadOnly(true);
                out.refused(() -> statement.execute("DELETE FROM t"));
                connection.rollback();
            }
        });

        assertThat(seen).contains("23505", "25006", "1|\n");
    }

    @Test
    void twoPhaseCommit() throws Exception {
        String seen = twice.sees((place, out) -> {
            PGXADataSource source = new PGXADataSource();
            source.setUrl(place.jdbcUrl());
            source.setUser(place.user());
            source.setPassword(place.password());
            XAConnection xa = source.getXAConnection();
            XAResource resource = xa.getXAResource();
            Connection connection = xa.getConnection();
            connection.createStatement().execute("CREATE TABLE t (i int)");
            for (int i = 1; i <= 2; i++) {
                Xid xid = new Branch(i);
                resource.start(xid, XAResource.TMNOFLAGS);
                connection.createStatement().execute("INSERT INTO t VALUES (" + i + ")");
                resource.end(xid, XAResource.TMSUCCESS);
                out.say("vote", resource.prepare(xid));
                out.say("in doubt", resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN).length);
                if (i == 1) {
                    resource.commit(xid, false);
                } else {
                    resource.rollback(xid);
                }
            }
            out.rows(connection.createStatement().executeQuery("SELECT * FROM t"));
            xa.close();
        });

        assertThat(seen).contains("vote: 0", "in doubt: 1", "i int4|\n1|\n");
    }

    @Test
    void callsAndCursorsByReference() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect()) {
                connection.createStatement().execute("""
                        CREATE FUNCTION both_ways(INOUT a int, OUT b text) LANGUAGE plpgsql AS
                            'BEGIN a := a * 2; b := ''b'' || a; END';
                        CREATE PROCEDURE commits(n int) LANGUAGE plpgsql AS
                            'BEGIN FOR i IN 1..n LOOP INSERT INTO shop.customers VALUES (100 + i, ''p''); COMMIT; END LOOP; END';
                        CREATE FUNCTION cursor_of(n int) RETURNS refcursor LANGUAGE plpgsql AS
                            'DECLARE c refcursor := ''named''; BEGIN OPEN c FOR SELECT generate_series(1, n); RETURN c; END';
                        """);
                try (var call = connection.prepareCall("{call both_ways(?, ?)}")) {
                    call.setInt(1, 21);
                    call.registerOutParameter(1, java.sql.Types.INTEGER);
                    call.registerOutParameter(2, java.sql.Types.VARCHAR);
                    call.execute();
                    out.say(call.getInt(1) + " " + call.getString(2));
                }
                connection.createStatement().execute("CALL commits(3)");
                out.rows(connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM shop.customers WHERE name = 'p'"));
                connection.setAutoCommit(false);
                try (var call = connection.prepareCall("{? = call cursor_of(?)}")) {
                    call.registerOutParameter(1, java.sql.Types.REF_CURSOR);
                    call.setInt(2, 5);
                    call.execute();
                    out.rows((ResultSet) call.getObject(1));
                }
            }
        });

        assertThat(seen).contains("42 b42", "3|", "5|");
    }

    private record Branch(int number) implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {1, 2, 3};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {(byte) number};
        }
    }
}
