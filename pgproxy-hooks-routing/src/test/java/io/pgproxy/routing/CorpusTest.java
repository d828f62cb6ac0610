package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.OneExchange;
import io.pgproxy.testkit.hook.OneSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Nothing that a server has shown to be more than a read goes to a reader, whatever the options. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class CorpusTest {
    /**
     * Shows in no text: a view that writes, which a standby refuses; views of a server's files, and foreign tables, of
     * which any server is as good as another.
     */
    private static final Pattern LEFT_TO_THE_SERVER = Pattern.compile("ro-function-037|more-file-00.|more-foreign-00.");

    private final ObjectMapper mapper = new ObjectMapper();
    private final Servers servers = new Servers();
    private Topology topology;
    private ReadWriteSplit split;
    private @Nullable HookTester session;

    @BeforeAll
    void start() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .start(servers);
        split = ReadWriteSplit.over(topology)
                .readYourWrites(false)
                .readOnlyTransactionsToReaders(true)
                .hints(session -> true)
                .build();
    }

    @AfterAll
    void stop() {
        endSession();
        topology.close();
    }

    @Test
    void ofValidStatementsReadsAloneGoToReaders() throws IOException {
        RouteHook route = AllocationTest.route(split.hook());
        OneSession one = new OneSession();
        int reads = 0;
        int sentToReaders = 0;
        List<String> wrong = new ArrayList<>();
        for (JsonNode line : lines("sql-valid.jsonl")) {
            String sql = line.get("sql").asText();
            boolean isRead = line.get("kind").asText().equals("read");
            boolean toReader = isReader(route.route(OneExchange.of(one, sql)));
            reads += isRead ? 1 : 0;
            sentToReaders += toReader ? 1 : 0;
            boolean isHarmless = isRead
                    || line.get("kind").asText().equals("copy_out")
                    || isReadOnlyBlock(sql)
                    || explainsARead(line);
            if (toReader && !isHarmless) {
                wrong.add(sql);
            }
        }
        assertThat(wrong).isEmpty();
        // The others call functions of the corpus' own.
        assertThat(sentToReaders).isGreaterThan(reads / 2);
    }

    private static boolean isReader(Verdict<Route> verdict) {
        return verdict instanceof Verdict.Done<Route> done
                && done.value() instanceof Route.AnyOf any
                && any.upstreams().get(0).equals("b");
    }

    @Test
    void nothingThatAReadOnlyProxyMustRefuseGoesToReaders() throws IOException {
        List<String> wrong = new ArrayList<>();
        int allowed = 0;
        for (JsonNode line : Stream.concat(
                        lines("readonly-cases.jsonl").stream(), lines("readonly-more.jsonl").stream())
                .toList()) {
            if (line.get("tier").asText().equals("must")
                    && !line.has("conn")
                    && line.get("steps").size() == 1) {
                List<String> texts = line.get("steps")
                        .valueStream()
                        .map(step -> step.path("query").asText())
                        .toList();
                String id = line.get("id").asText();
                boolean toReader = goesToReader(texts);
                boolean refused = line.get("expect").asText().equals("block");
                allowed += toReader && !refused ? 1 : 0;
                if (toReader && refused && !LEFT_TO_THE_SERVER.matcher(id).matches()) {
                    wrong.add(id + " " + texts);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(allowed).isGreaterThan(50);
    }

    /** Whether the last of some texts reaches a reader, in a session that has nothing of those before. */
    private boolean goesToReader(List<String> texts) {
        boolean reached = false;
        for (String sql : texts) {
            reached = !tester().query(sql).ran("b").isEmpty();
        }
        if (tester().isOpen() && !tester().query("ROLLBACK").client().isEmpty()) {
            tester().query("DISCARD ALL");
        }
        if (!tester().isOpen()) {
            endSession();
        }
        return reached;
    }

    private HookTester tester() {
        HookTester now = session;
        if (now == null) {
            now = HookTester.of("split", split.hook())
                    .upstream("main", sql -> Reply.command("DONE"))
                    .upstream("b", sql -> Reply.command("DONE"));
            now.login();
            session = now;
        }
        return now;
    }

    private void endSession() {
        HookTester last = session;
        session = null;
        if (last != null) {
            last.close();
        }
    }

    private static boolean isReadOnlyBlock(String sql) {
        return sql.matches("(?is)\\s*(BEGIN|START TRANSACTION)\\b.*READ ONLY.*");
    }

    private static boolean explainsARead(JsonNode line) {
        return line.get("node").asText().equals("ExplainStmt")
                && !line.get("sql")
                        .asText()
                        .replaceAll("--[^\n]*\n", "")
                        .matches("(?is).*\\b(INSERT|UPDATE|DELETE|MERGE|INTO|CREATE|REFRESH)\\b.*");
    }

    private List<JsonNode> lines(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(CorpusTest.class.getResourceAsStream("/corpus/" + file), file)) {
            List<JsonNode> nodes = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                nodes.add(mapper.readTree(line));
            }
            return nodes;
        }
    }
}
