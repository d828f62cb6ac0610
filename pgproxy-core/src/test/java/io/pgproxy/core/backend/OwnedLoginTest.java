package io.pgproxy.core.backend;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proxy logs in upstream by itself, and its clients are trusted. */
@WithPostgres(
        hba = {
            "host all scram_owner 127.0.0.1/32 scram-sha-256",
            "host all md5_owner 127.0.0.1/32 md5",
            "host all clear_owner 127.0.0.1/32 password",
            "host all trust_owner 127.0.0.1/32 trust"
        })
class OwnedLoginTest {
    private final TestDatabase database;

    OwnedLoginTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void makeOwners(TestDatabase database) throws Exception {
        database.execute("set password_encryption = 'md5'; create role md5_owner login password 's3cret';"
                + "set password_encryption = 'scram-sha-256'; create role scram_owner login password 's3cret';"
                + "create role clear_owner login password 's3cret'; create role trust_owner login");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram_owner", "md5_owner", "clear_owner", "trust_owner"})
    void clientsAreTrustedAndTheOwnerIsWhoTheServerSees(String owner) throws Exception {
        try (ProxyServer proxy = proxy(owner, "s3cret");
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> login = client.login("whoever", "", database.name());
            assertThat(login.get(0).tag()).isEqualTo('R');
            assertThat(login.get(0).int32(0)).isZero();

            client.send(query("select current_user, current_database(), pg_backend_pid()"));
            assertThat(client.expect("TDCZ").get(1).values())
                    .containsExactly(owner, database.name(), String.valueOf(client.processId()));
        }
    }

    @Test
    void theClientsStartupParametersAreItsDefaultsAllTheSame() throws Exception {
        try (ProxyServer proxy = proxy("scram_owner", "s3cret");
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", "u", "application_name", "me", "options", "-c work_mem=123kB"),
                    "");
            client.send(query("set work_mem = '1MB'; reset all; show work_mem"));
            assertThat(client.expect("CCTDCZ").get(3).values()).containsExactly("123kB");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"scram_owner", "md5_owner", "clear_owner"})
    void aWrongPasswordIsTheServersRefusal(String owner) throws Exception {
        try (ProxyServer proxy = proxy(owner, "wrong");
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(refusal(client)).isEqualTo("28P01");
        }
    }

    @Test
    void anOwnerWithoutAPasswordCannotAnswerARequestForOne() throws Exception {
        PostgresUrl url =
                new PostgresUrl(database.host(), database.port(), database.name(), Credentials.trusted("scram_owner"));
        try (ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(RemotePostgres.of(url))
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(refusal(client)).isEqualTo("28000");
        }
    }

    private static String refusal(ScriptedClient client) throws Exception {
        List<WireMessage> seen =
                client.tryLogin(FrontendBytes.PROTOCOL_3_0, Map.of("user", "u", "database", "postgres"), "");
        return seen.stream()
                .filter(message -> message.tag() == 'E')
                .map(WireMessage::sqlState)
                .findFirst()
                .orElse("none");
    }

    private ProxyServer proxy(String owner, String password) throws Exception {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + owner + ":" + password + "@" + database.host() + ":" + database.port() + "/"
                        + database.name())
                .build()
                .start();
    }
}
