package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Terms that hooks on sessions agree are kept although no hook reads SQL: nobody hides a SET from the proxy. */
@WithPostgres
class SessionTermsAloneTest {
    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    SessionTermsAloneTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(
                database, QueryHook.session(session -> Verdict.of(Terms.setting("app.tenant", "a"))));
        client = ScriptedClient.connect("127.0.0.1", proxy.port());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    @Test
    void anEncodingThatCannotBeReadIsRefusedAtTheStart() throws Exception {
        List<WireMessage> login = client.tryLogin(
                FrontendBytes.PROTOCOL_3_0,
                Map.of(
                        "user",
                        database.user(),
                        "database",
                        database.name(),
                        "options",
                        "-c standard_conforming_strings=off"),
                database.password());

        assertThat(login.stream().filter(message -> message.tag() == 'E').map(WireMessage::sqlState))
                .containsExactly("0A000");
        assertThat(WireMessage.tags(login)).doesNotContain("Z");
    }

    /** A Query would make the server forget it. */
    @Test
    void theUnnamedStatementStaysWhenTheyArePutAgain() throws Exception {
        client.login(database.user(), database.password(), database.name());
        String sql = "select current_setting('app.tenant') as a";
        assertThat(ask(client, parse("", sql), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, bind("", "none"), sync())).isEqualTo("E(26000) ZI"); // may have taken settings back
        assertThat(ask(client, parse("other", "select 1"), describeStatement("other"), sync()))
                .isEqualTo("1 t T[?column?] ZI");
        assertThat(ask(client, bind("", ""), execute(), sync())).isEqualTo("2 D[a] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "none"), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, parse("vacuum", "vacuum pg_catalog.pg_am"), bind("", "vacuum"), execute(), sync()))
                .isEqualTo("1 2 C(VACUUM) ZI");
        assertThat(ask(client, bind("", ""), execute(), sync())).isEqualTo("2 D[a] C(SELECT 1) ZI");
    }

    @Test
    void oneThatComesLaterEndsTheSession() throws Exception {
        database.execute("create or replace function hide() returns text language sql as"
                + " $$select set_config('standard_conforming_strings', 'off', false)$$");
        client.login(database.user(), database.password(), database.name());
        assertThat(ask(client, "select current_setting('app.tenant') as a")).contains("D[a]");

        assertThat(ask(client, "select hide() as a")).contains("E(0A000)").doesNotContain("Z");
        client.awaitEnd();
    }
}
