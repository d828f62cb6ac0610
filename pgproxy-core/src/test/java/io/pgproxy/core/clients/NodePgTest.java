package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client pg of Node.js, with its cursors and its streams of COPY data. */
@WithPostgres
class NodePgTest {
    private static Node node;
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        node = Node.installed();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void queriesOfAllKinds() throws Exception {
        assertThat(seenBy("queries"))
                .contains("[[\"one\",23],[\"nothing\",25],[\"is_now\",16]]", "from within")
                .contains("\"name\":\"twice\"", "\"22012\"")
                .doesNotContain("wrong");
    }

    @Test
    void transactionsAndErrors() throws Exception {
        assertThat(seenBy("transactions"))
                .contains("\"23505\"", "\"25P02\"", "\"ROLLBACK\"", "\"ZZ001\"", "[{\"i\":1},{\"i\":2}]");
    }

    @Test
    void rowsInPortions() throws Exception {
        assertThat(seenBy("cursor")).contains("[21,22,23,24,25]", "[{\"next\":1}]", "\"22012\"", "[{\"next\":2}]");
    }

    @Test
    void copyStreams() throws Exception {
        assertThat(seenBy("copy"))
                .contains("[true]", "[{\"count\":\"20000\",\"sum\":\"199990000\"}]", "\"22P02\"", "[{\"next\":1}]");
    }

    @Test
    void notifications() throws Exception {
        assertThat(seenBy("notifications"))
                .contains("[\"news\",\"one\",true]", "[\"news\",\"two\",true]", "[\"news\",\"\",true]");
    }

    @Test
    void queriesAreCancelled() throws Exception {
        assertThat(seenBy("cancel")).contains("[true]", "\"57014\"", "run 0", "run 1", "run 2");
    }

    private static String seenBy(String script) throws Exception {
        String seen = twice.sees((place, out) -> node.run(script, place, out));
        assertThat(seen).contains("exit code: 0");
        return seen;
    }
}
