package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@WithPostgres
class JdbcCatalogRefreshTest {
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    @Test
    void nothingIsKnownBeforeTheFirstReading(TestDatabase database) {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database)).build();

        assertThat(jdbc.current()).isSameAs(Catalog.offline());
        assertThat(jdbc.lastFailure()).isNull();
    }

    @Test
    void whoeverAsksFirstBeginsAReadingAndNobodyElse(TestDatabase database) {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database))
                .refreshAfter(Duration.ofHours(1), waiting::add)
                .build();

        assertThat(jdbc.current().isKnown()).isFalse();
        assertThat(jdbc.current().isKnown()).isFalse();
        assertThat(waiting).hasSize(1);
        waiting.remove().run();

        assertThat(jdbc.current().isKnown()).isTrue();
        assertThat(waiting).isEmpty();
    }

    @Test
    void whatIsOldIsReadAgainAndUsedMeanwhile(TestDatabase database) throws Exception {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database))
                .refreshAfter(Duration.ofNanos(1), waiting::add)
                .build();
        Catalog first = jdbc.refresh();

        assertThat(jdbc.current()).isSameAs(first);
        waiting.remove().run();

        assertThat(jdbc.current().isKnown()).isTrue();
        assertThat(jdbc.current()).isNotSameAs(first);
    }

    @Test
    void whatHasExpiredIsNotUsed(TestDatabase database) throws Exception {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database))
                .expireAfter(Duration.ofNanos(1))
                .build();

        assertThat(jdbc.refresh().isKnown()).isTrue();
        assertThat(jdbc.current()).isSameAs(Catalog.offline());
    }

    @Test
    void aReadingThatFailsLeavesWhatWasRead(TestDatabase database) throws Exception {
        PGSimpleDataSource source = JdbcCatalogTest.source(database);
        JdbcCatalog jdbc = JdbcCatalog.builder(source)
                .refreshAfter(Duration.ofNanos(1), waiting::add)
                .build();
        Catalog first = jdbc.refresh();
        source.setDatabaseName("there_is_none");

        assertThatThrownBy(jdbc::refresh)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("3D000"));

        assertThat(jdbc.current()).isSameAs(first);
        assertThat(jdbc.lastFailure()).isInstanceOf(SQLException.class);
        // Five seconds have not passed since.
        assertThat(waiting).isEmpty();
        source.setDatabaseName(database.name());
        jdbc.refresh();
        assertThat(jdbc.lastFailure()).isNull();
    }

    @Test
    void thoseWhoAskTogetherShareAReading(TestDatabase database) {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database)).build();

        CompletableFuture<Catalog> one = jdbc.refresh(waiting::add).toCompletableFuture();
        CompletableFuture<Catalog> other = jdbc.refresh(waiting::add).toCompletableFuture();

        assertThat(waiting).hasSize(1);
        waiting.remove().run();
        assertThat(one.join()).isSameAs(other.join()).isSameAs(jdbc.current());
        jdbc.refresh(waiting::add);
        assertThat(waiting).hasSize(1);
    }

    @Test
    void anExecutorThatRefusesIsAFailureOfThatReadingOnly(TestDatabase database) {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database)).build();

        CompletionStage<Catalog> refused = jdbc.refresh(task -> {
            throw new RejectedExecutionException("full");
        });

        assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
        assertThat(jdbc.refresh(Runnable::run).toCompletableFuture().join().isKnown())
                .isTrue();
    }

    @Test
    void aReadingEndsAtItsDeadline(TestDatabase database) throws Exception {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database))
                .timeout(Duration.ofMillis(1_500))
                .build();
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table pg_catalog.pg_aggregate in access exclusive mode");

            assertThatThrownBy(jdbc::refresh)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            other.rollback();
        }

        assertThat(jdbc.refresh().isKnown()).isTrue();
    }

    @Test
    void aConnectionIsGivenBackAsItWas(TestDatabase database) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("set search_path = pg_catalog, public; set statement_timeout = 12345");

            new CatalogReader(Duration.ofDays(1_000), 10_000, true).read(connection);

            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getNetworkTimeout()).isZero();
            try (ResultSet row = statement.executeQuery("select current_setting('search_path'),"
                    + " current_setting('statement_timeout'), current_setting('transaction_read_only')")) {
                row.next();
                assertThat(row.getString(1)).isEqualTo("pg_catalog, public");
                assertThat(row.getString(2)).isEqualTo("12345ms");
                assertThat(row.getString(3)).isEqualTo("off");
            }
        }
    }

    /** The role that reads needs no rights, and its own settings do not change what it reads. */
    @Test
    void whatSchemasOfUsersHideIsReadAllTheSame(TestDatabase database) throws Exception {
        database.execute("create schema evil; create table evil.pg_class(a int); create table evil.mine(a int);"
                + " create function evil.format_type(oid, int) returns text language sql as 'select ''evil''';"
                + " create role reads_the_catalogue login; revoke all on schema evil from public;"
                + " alter role reads_the_catalogue set search_path = evil, pg_catalog");
        PGSimpleDataSource source = JdbcCatalogTest.source(database);
        source.setUser("reads_the_catalogue");

        Catalog catalog = JdbcCatalog.builder(source).build().refresh();

        RelationLookup mine = catalog.relation("evil", "mine", SearchPath.of());
        assertThat(((Found) mine).relation().columns())
                .singleElement()
                .extracting(Column::type)
                .isEqualTo("integer");
        database.execute("drop schema evil cascade; drop role reads_the_catalogue");
    }
}
