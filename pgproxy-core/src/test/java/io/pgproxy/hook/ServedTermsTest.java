package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.Test;

/** A statement that was answered here is prepared later under the settings of its session's terms, as at first. */
@WithPostgres
class ServedTermsTest {
    private static final String SQL = "select a as keep, $1::int as n from tenants";

    private final TestDatabase database;

    ServedTermsTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void alsoWhereTheseWereTakenBack() throws Exception {
        database.execute("""

                drop schema if exists mine cascade;
                create schema mine; create table mine.tenants (a text); insert into mine.tenants values ('mine');
                """);
        HookChain chain = HookChain.builder()
                .hook("tenant", QueryHook.session(session -> Verdict.of(Terms.setting("search_path", "mine"))))
                .hook("shelf", Shelf.of("keep"))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient first = proxy.client();
                ScriptedClient client = proxy.client()) {
            assertThat(ask(first, parse("s", SQL, 23), bind("", "s", "1"), execute(), sync()))
                    .isEqualTo("1 2 D[mine, 1] C(SELECT 1) ZI");

            ask(client, "begin");
            assertThat(ask(client, "select a from tenants")).isEqualTo("T[a] D[mine] C(SELECT 1) ZT");
            assertThat(ask(client, parse("s", SQL, 23), bind("", "s", "1"), execute(), sync()))
                    .isEqualTo("1 2 D[mine, 1] C(SELECT 1) ZT");
            ask(client, "rollback");
            assertThat(ask(client, bind("", "s", "2"), execute(), sync())).isEqualTo("2 D[mine, 2] C(SELECT 1) ZI");
        }
    }

    /** By a ROLLBACK that has not been answered yet. */
    @Test
    void alsoWhereTheseAreBeingTakenBack() throws Exception {
        database.execute("drop schema if exists mine cascade; create schema mine; create table mine.tenants (a text);"
                + " insert into mine.tenants values ('mine')");
        HookChain chain = HookChain.builder()
                .hook("tenant", QueryHook.session(session -> Verdict.of(Terms.setting("search_path", "mine"))))
                .hook("shelf", Shelf.of("keep"))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            ask(client, "begin");
            assertThat(ask(client, "select a from tenants")).isEqualTo("T[a] D[mine] C(SELECT 1) ZT");
            client.send(query("rollback"), parse("", SQL, 23), bind("", "", "1"), execute(), sync());
            assertThat(Told.next(client)).isEqualTo("C(ROLLBACK) ZI");
            assertThat(Told.next(client)).isEqualTo("1 2 D[mine, 1] C(SELECT 1) ZI");
        }
    }
}
