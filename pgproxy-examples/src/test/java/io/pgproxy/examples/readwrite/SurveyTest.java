package io.pgproxy.examples.readwrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.routing.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What somebody is told about servers at the start, and which of them are used. */
class SurveyTest {
    private static final Answer PRIMARY = there(true, "one");
    private static final Answer STANDBY = there(false, "one");
    private static final Answer AWAY = new Answer.Away("connection refused");

    private final List<String> warnings = new ArrayList<>();

    private static Answer there(boolean takesWrites, String system) {
        return new Answer.There(takesWrites, Optional.of(system));
    }

    private List<String> readers(List<Answer> writers, Answer... readers) throws IOException {
        Map<Server, Answer> answers = new HashMap<>();
        Servers servers = new Servers(
                named("writer-", Node.Role.WRITER, writers, answers),
                named("reader-", Node.Role.READER, List.of(readers), answers));
        return new Survey(servers, answers)
                .check(warnings::add).readers().stream().map(Server::name).toList();
    }

    private static List<Server> named(String name, Node.Role role, List<Answer> given, Map<Server, Answer> answers) {
        List<Server> servers = new ArrayList<>();
        for (Answer answer : given) {
            Server server = Server.of(name + (servers.size() + 1), "postgresql://u:secret@h/d", role);
            answers.put(server, answer);
            servers.add(server);
        }
        return servers;
    }

    @Test
    void whatIsAsItShouldBeIsNotWorthAWord() throws Exception {
        assertThat(readers(List.of(PRIMARY), STANDBY, STANDBY)).containsExactly("reader-1", "reader-2");
        assertThat(readers(List.of(PRIMARY, there(true, "two")), STANDBY)).containsExactly("reader-1");
        assertThat(warnings).isEmpty();
    }

    @Test
    void aReaderThatIsAwayMayComeBack() throws Exception {
        assertThat(readers(List.of(PRIMARY), AWAY)).containsExactly("reader-1");
        assertThat(warnings).containsExactly("reader-1 (h:5432) cannot be used now: connection refused");
    }

    @Test
    void aReaderThatFollowsNobodyIsNotUsed() throws Exception {
        assertThat(readers(List.of(PRIMARY), there(true, "two"), STANDBY)).containsExactly("reader-2");
        assertThat(warnings)
                .singleElement()
                .asString()
                .startsWith("reader-1 (h:5432) is not used: it is no standby (not in recovery)");
    }

    @Test
    void aReaderThatFollowsAnotherWriterIsNotUsed() throws Exception {
        assertThat(readers(List.of(PRIMARY, there(true, "two")), there(false, "two")))
                .isEmpty();
        assertThat(warnings)
                .containsExactly(
                        "reader-1 (h:5432) is not used: it is a standby of another server than writer-1 (h:5432)",
                        "there is no reader: everything goes to the writer");
    }

    @Test
    void whoDoesNotTellWhatItFollowsIsBelieved() throws Exception {
        assertThat(readers(List.of(PRIMARY), new Answer.There(false, Optional.empty())))
                .containsExactly("reader-1");
        assertThat(warnings).isEmpty();
    }

    @Test
    void thePromotedReplicaOfTheOnlyWriterTakesItsPlace() throws Exception {
        assertThat(readers(List.of(STANDBY), PRIMARY)).containsExactly("reader-1");
        assertThat(warnings).isEmpty();
        assertThat(readers(List.of(STANDBY), there(true, "two"))).isEmpty();
        assertThat(warnings).contains("writer-1 (h:5432) takes no writes: it is a standby (in recovery)");
    }

    @Test
    void aPromotedReplicaTakesNoPlaceOfOneOfSeveral() throws Exception {
        assertThat(readers(List.of(STANDBY, there(true, "two")), PRIMARY)).isEmpty();
    }

    @Test
    void oneWriterThatIsAwayIsToldAndAllAreTooMany() throws Exception {
        assertThat(readers(List.of(AWAY, PRIMARY), STANDBY)).containsExactly("reader-1");
        assertThat(warnings)
                .containsExactlyInAnyOrder(
                        "writer-1 (h:5432) cannot be used now: connection refused",
                        "nobody can log in before all writers are there");
        assertThatThrownBy(() -> readers(List.of(AWAY, AWAY), STANDBY))
                .isInstanceOf(IOException.class)
                .hasMessage("no writer can be used: connection refused");
    }
}
