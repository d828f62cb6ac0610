package io.pgproxy.testkit;

import static io.pgproxy.testkit.peer.BackendBytes.dataRow;
import static io.pgproxy.testkit.peer.BackendBytes.rowDescription;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code in docs/testkit.md. */
@WithPostgres
class GuideTest {

    @Test
    void anOrderIsCounted(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)");
        assertThat(database.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("1")));
    }

    @Test
    void bothVersionsAgree(TestDatabase one, @WithPostgres(version = 18) TestDatabase other) throws Exception {
        assertThat(one.query("SELECT 1")).isEqualTo(other.query("SELECT 1"));
    }

    @Test
    void aCrashIsSurvived(@WithPostgres(own = true) LocalPostgres server) throws Exception {
        server.kill();
        server.restart();
        assertThat(server.query("SELECT 1")).hasSize(1);
    }

    @Test
    void theLogShowsWhatReachedTheServer(@WithPostgres(own = true, settings = "log_statement=all") LocalPostgres server)
            throws Exception {
        server.query("SELECT 'seen'");
        assertThat(server.log()).contains("SELECT 'seen'").doesNotContain("SELECT 'unseen'");
    }

    @Test
    void aServerNeedsNoJUnit() throws Exception {
        try (LocalPostgres server =
                LocalPostgres.builder().setting("max_connections", "200").start()) {
            TestDatabase shop = server.createDatabase("shop");
            shop.execute("CREATE TABLE products (name text)");
            assertThat(shop.url()).endsWith("/shop");
        }
    }

    @Test
    void aClientDoesAsItIsTold(TestDatabase database) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect(database.host(), database.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(parse("", "SELECT $1::int"), bind("", "", "7"), execute(), sync(), query("SELECT nothing"));
            assertThat(client.expect("12DCZ").get(2).values()).containsExactly("7");
            assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("42703");
            client.sendInPieces(query("SELECT 1"), 1);
            client.reset();
        }
    }

    @Test
    void aServerDoesAsItIsTold() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    byte[] row = dataRow("half of this row");
                    connection.send(rowDescription("text"), Arrays.copyOf(row, 12));
                    connection.reset();
                });
                ScriptedClient client = ScriptedClient.connect(backend.host(), backend.port())) {
            client.login("me", "", "db");
            client.send(query("SELECT text"));
            client.expectNext("T");
            assertThatThrownBy(client::readMessage).isInstanceOf(IOException.class);
        }
    }
}
