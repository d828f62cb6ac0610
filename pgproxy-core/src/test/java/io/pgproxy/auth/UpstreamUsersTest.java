package io.pgproxy.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The roles of a real server as users of the proxy. */
@WithPostgres
class UpstreamUsersTest {
    private final TestDatabase database;
    private final PGSimpleDataSource connections = new PGSimpleDataSource();

    UpstreamUsersTest(TestDatabase database) {
        this.database = database;
        connections.setUrl(database.jdbcUrl());
    }

    @BeforeEach
    void roles() throws Exception {
        database.execute("drop role if exists u_scram, u_md5, u_none, u_past, u_future, u_forever, \"u'; --\"");
        database.execute("set password_encryption = 'scram-sha-256'; create role u_scram login password 'x';"
                + "create role u_past login password 'x' valid until '2001-02-03 04:05:06+00';"
                + "create role u_future login password 'x' valid until '2999-01-01 00:00:00+00';"
                + "create role u_forever login password 'x' valid until 'infinity';"
                + "create role u_none login; create role \"u'; --\" login password 'x';"
                + "set password_encryption = 'md5'; create role u_md5 login password 'x'");
    }

    private static Optional<User> find(UserStore store, String user) {
        return store.find(user, "any", Runnable::run).toCompletableFuture().join();
    }

    @Test
    void rolesHaveTheirSecretsAndTheirEnd() {
        UserStore store = UpstreamUsers.of(connections);

        assertThat(find(store, "u_scram").orElseThrow().secret()).isInstanceOf(ScramVerifier.class);
        assertThat(find(store, "u_md5").orElseThrow().secret()).isInstanceOf(Md5Hash.class);
        assertThat(find(store, "u_none").orElseThrow().secret()).isNull();
        assertThat(find(store, "u_scram").orElseThrow().validUntil()).isNull();
        assertThat(find(store, "u_forever").orElseThrow().validUntil()).isNull();
        assertThat(find(store, "u_past").orElseThrow().validUntil()).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
        assertThat(find(store, "u_past").orElseThrow().isValid()).isFalse();
        assertThat(find(store, "u_future").orElseThrow().isValid()).isTrue();
        assertThat(find(store, "nobody")).isEmpty();
        assertThat(find(store, "u'; --")).isPresent();
        assertThat(find(store, "' or true --")).isEmpty();
    }

    @Test
    void answersAreKeptForAShortTimeByDatabaseAndUser() throws Exception {
        UserStore store = UpstreamUsers.of(connections).withCache(Duration.ofMinutes(1));
        assertThat(find(store, "u_scram")).isPresent();
        assertThat(find(store, "later")).isEmpty();
        database.execute("drop role u_scram");

        assertThat(find(store, "u_scram")).isPresent();
        assertThat(store.find("u_scram", "other", Runnable::run)
                        .toCompletableFuture()
                        .join())
                .isEmpty();
        assertThat(find(UpstreamUsers.of(connections).withCache(Duration.ZERO), "u_scram"))
                .isEmpty();
        assertThatThrownBy(() -> UpstreamUsers.of(connections).withCache(Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFunctionOfOnesOwnCanBeAskedAndNothingElseIsOnItsPath() throws Exception {
        database.execute("create schema if not exists auth;"
                + "create or replace function auth.lookup(text) returns table (n text, s text, v timestamptz)"
                + " language sql as $$ select $1, current_setting('search_path'), null::timestamptz $$");

        UserStore store = UpstreamUsers.of(connections).withQuery("select n, s, v from auth.lookup(?)");

        assertThat(find(store, "anybody").orElseThrow().secret()).isInstanceOfSatisfying(ClearPassword.class, path -> {
            Password pgCatalog = Password.of("pg_catalog".getBytes(UTF_8));
            assertThat(path.matches("", pgCatalog)).isTrue();
        });
    }

    @Test
    void twoRowsAndAnotherNameAreNobody() {
        UpstreamUsers store = UpstreamUsers.of(connections);

        assertThat(find(store.withQuery("select n, 'x', null::timestamptz from (values (?), ('a')) v (n)"), "a"))
                .isEmpty();
        assertThat(find(store.withQuery("select 'other' || ?, 'x', null::timestamptz"), "a"))
                .isEmpty();
        assertThat(find(store.withQuery("select ?, 'SCRAM-SHA-256$', null::timestamptz"), "a")
                        .orElseThrow()
                        .secret())
                .isNull();
    }

    @Test
    void theQueryCannotWrite() throws Exception {
        database.execute("create table if not exists public.written (a text)");
        UserStore store = UpstreamUsers.of(connections)
                .withQuery("with w as (insert into public.written values ('x') returning a)"
                        + " select ?, a, null::timestamptz from w");

        assertThatThrownBy(() -> find(store, "a"))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("25006");
    }

    @Test
    void failuresAreNotKeptAndShowNoMoreThanTheirState() throws Exception {
        UserStore store = UpstreamUsers.of(connections)
                .withQuery("select a, b, null::timestamptz from public.later" + " where a = ?");
        assertThatThrownBy(() -> find(store, "a")).hasMessageEndingWith("the query for a user has failed: 42P01");

        database.execute("create table public.later as select 'a' as a, 'x' as b");

        assertThat(find(store, "a")).isPresent();
    }

    @Test
    void ofThoseWhoAskAtTheSameTimeTheFirstWhoRunsAsksForAll() throws Exception {
        UserStore store = UpstreamUsers.of(connections).withCache(Duration.ofMinutes(1));
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<Optional<User>> gone =
                store.find("u_scram", "any", tasks::add).toCompletableFuture();
        tasks.clear(); // its client has gone, and its task with it
        CompletableFuture<Optional<User>> one =
                store.find("u_scram", "any", tasks::add).toCompletableFuture();
        CompletableFuture<Optional<User>> other =
                store.find("u_scram", "any", tasks::add).toCompletableFuture();

        tasks.remove().run();
        database.execute("drop role u_scram");
        tasks.remove().run();

        assertThat(one.join()).isPresent();
        assertThat(other.join()).isPresent();
        assertThat(gone).isNotDone();
    }

    @Test
    void whatIsKeptIsBounded() {
        UserCache cache = new UserCache(Duration.ofMinutes(1), 10);
        AtomicInteger asked = new AtomicInteger();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                cache.find("u" + i, "any", Runnable::run, () -> {
                            asked.incrementAndGet();
                            return Optional.empty();
                        })
                        .toCompletableFuture()
                        .join();
            }
        }
        assertThat(asked).hasValue(200);
    }
}
