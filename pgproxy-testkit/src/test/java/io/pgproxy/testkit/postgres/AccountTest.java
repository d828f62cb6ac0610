package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountTest {

    private static final ServerOptions OPTIONS = new ServerOptions(
            0, Map.of(), List.of(), ServerOptions.DEFAULT_SUPERUSER, ServerOptions.DEFAULT_PASSWORD, true, true);

    @Test
    void anOrdinaryUserRunsProgramsHimself() throws Exception {
        assumeThat(Command.of("id", "-u").output()).isNotEqualTo("0");
        assertThat(Account.current().prefix()).isEmpty();
        assertThat(Account.current().isAnother()).isFalse();
    }

    @Test
    void rootRunsThemAsAnotherWhereThereAreNoUserNamespaces() throws Exception {
        assumeThat(Command.of("id", "-u").output()).isEqualTo("0");
        Account nobody = Account.nobody();
        Cache cache = Cache.of(nobody);
        Programs programs = Programs.find(0, cache).orElseThrow();
        try (ProcessServer server = ProcessServer.start(programs, nobody, cache, OPTIONS)) {
            try (var connection = Login.connect(server.host(), server.port(), "postgres", "postgres", "");
                    var statement = connection.createStatement();
                    var result = statement.executeQuery("SHOW data_directory")) {
                assertThat(result.next()).isTrue();
                assertThat(Account.ownerOf(Path.of(result.getString(1)))).isEqualTo(nobody.uid());
            }
            server.restart();
            try (ProcessServer replica = server.startReplica(Map.of())) {
                replica.restart();
            }
        }
    }
}
