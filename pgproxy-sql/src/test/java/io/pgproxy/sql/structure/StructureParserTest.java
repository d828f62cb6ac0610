package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.junit.LeakCheckExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Threads, queue and time; each parser is closed and leaves no thread behind. */
@ExtendWith(LeakCheckExtension.class)
class StructureParserTest {
    private static final Facts READ = Facts.builder(StatementKind.SELECT).build();
    private static final byte[] SHORT = "select a from t".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LONG = ("select 1 from t where "
                    + String.join(" or ", Collections.nCopies(45_000, "a = 1")))
            .getBytes(StandardCharsets.UTF_8);

    private static CompletableFuture<SqlTree> parse(StructureParser parser, byte[] sql) {
        return parser.parse(sql, 0, sql.length, READ).toCompletableFuture();
    }

    private static SqlTree unknown(UnknownTree.Reason reason) {
        return new UnknownTree(reason, -1);
    }

    @Test
    void manyThreadsMayAsk() throws Exception {
        try (StructureParser parser =
                new StructureParser(StructureSettings.DEFAULT.withQueue(1000).withDeadline(Duration.ofSeconds(30)))) {
            List<CompletableFuture<List<String>>> asked = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                int number = caller;
                asked.add(CompletableFuture.supplyAsync(() -> names(parser, number)));
            }
            for (int caller = 0; caller < 4; caller++) {
                assertThat(asked.get(caller).get(60, TimeUnit.SECONDS))
                        .hasSize(50)
                        .containsOnly("t" + caller);
            }
        }
    }

    private static List<String> names(StructureParser parser, int caller) {
        byte[] sql = ("select * from t" + caller).getBytes(StandardCharsets.UTF_8);
        List<CompletableFuture<SqlTree>> trees = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            trees.add(parse(parser, sql));
        }
        return trees.stream()
                .map(tree -> ((KnownTree) tree.join()).relations().get(0).name())
                .toList();
    }

    @Test
    void aFullQueueIsAnAnswer() throws Exception {
        StructureSettings narrow =
                StructureSettings.DEFAULT.withThreads(1).withQueue(1).withDeadline(Duration.ofSeconds(60));
        StructureParser parser = new StructureParser(narrow);
        CompletableFuture<SqlTree> running = parse(parser, LONG);
        CompletableFuture<SqlTree> waiting = parse(parser, SHORT);
        CompletableFuture<SqlTree> third = parse(parser, SHORT);

        assertThat(third.getNow(READING)).isEqualTo(unknown(UnknownTree.Reason.BUSY));

        parser.close();
        assertThat(waiting.get()).isEqualTo(unknown(UnknownTree.Reason.CLOSED));
        assertThat(running.get()).isEqualTo(unknown(UnknownTree.Reason.CLOSED));
    }

    private static final SqlTree READING = unknown(UnknownTree.Reason.PARSER_FAILED);

    @Test
    void aDeadlineFreesTheThread() throws Exception {
        StructureSettings hasty = StructureSettings.DEFAULT.withThreads(1).withDeadline(Duration.ofMillis(150));
        try (StructureParser parser = new StructureParser(hasty)) {
            assertThat(parse(parser, LONG).get(10, TimeUnit.SECONDS)).isEqualTo(unknown(UnknownTree.Reason.DEADLINE));

            // The first small ones may be late too, while classes are loaded.
            SqlTree tree = unknown(UnknownTree.Reason.DEADLINE);
            for (int i = 0; i < 200 && tree instanceof UnknownTree; i++) {
                tree = parse(parser, SHORT).get(10, TimeUnit.SECONDS);
            }

            assertThat(tree).isInstanceOf(KnownTree.class);
        }
    }

    @Test
    void nothingIsReadAfterClosing() throws Exception {
        StructureParser parser = new StructureParser(StructureSettings.DEFAULT);
        parser.close();

        assertThat(parse(parser, SHORT).get()).isEqualTo(unknown(UnknownTree.Reason.CLOSED));
    }

    @Test
    void whatTheFactsDenyIsUnknown() throws Exception {
        try (StructureParser parser = new StructureParser(StructureSettings.DEFAULT)) {
            byte[] write = "with a as (delete from t returning 1) select * from a".getBytes(StandardCharsets.UTF_8);
            byte[] lock = "select * from t for update".getBytes(StandardCharsets.UTF_8);
            Facts writes = Facts.builder(StatementKind.DELETE).build();

            assertThat(parse(parser, write).get()).isEqualTo(unknown(UnknownTree.Reason.FACTS_DIFFER));
            assertThat(parse(parser, lock).get()).isEqualTo(unknown(UnknownTree.Reason.FACTS_DIFFER));
            assertThat(parser.parse(SHORT, 0, SHORT.length, writes)
                            .toCompletableFuture()
                            .get())
                    .isEqualTo(unknown(UnknownTree.Reason.FACTS_DIFFER));
            assertThat(parser.parse(SHORT, 0, SHORT.length, Facts.unknown())
                            .toCompletableFuture()
                            .get())
                    .isEqualTo(unknown(UnknownTree.Reason.FACTS_DIFFER));
        }
    }

    @Test
    void aStatementLiesWithinItsText() {
        try (StructureParser parser = new StructureParser(StructureSettings.DEFAULT)) {
            assertThatThrownBy(() -> parser.parse(SHORT, 0, SHORT.length + 1, READ))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void backslashesFollowTheSetting() throws Exception {
        byte[] sql = "select '\\' from a, b where c = ' from d'".getBytes(StandardCharsets.UTF_8);
        try (StructureParser parser =
                new StructureParser(StructureSettings.DEFAULT.withDeadline(Duration.ofSeconds(30)))) {
            SqlTree on = parser.parse(sql, 0, sql.length, true, READ)
                    .toCompletableFuture()
                    .get();
            SqlTree off = parser.parse(sql, 0, sql.length, false, READ)
                    .toCompletableFuture()
                    .get();

            assertThat(((KnownTree) on).relations()).extracting(Relation::name).containsExactly("a", "b");
            assertThat(off).isInstanceOf(UnknownTree.class);
        }
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> StructureSettings.DEFAULT.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StructureSettings.DEFAULT.withQueue(1 << 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StructureSettings.DEFAULT.withDeadline(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
