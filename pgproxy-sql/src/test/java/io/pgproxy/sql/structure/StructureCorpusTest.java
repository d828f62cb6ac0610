package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How much of the corpus has a known structure, and that names stand where they are said to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructureCorpusTest {
    private final Structures structures = new Structures();

    @AfterAll
    void close() {
        structures.close();
    }

    @Test
    void nearlyAllReadsAreKnownAndAllOfPsqls() {
        int reads = 0;
        int known = 0;
        Map<UnknownTree.Reason, Integer> reasons = new TreeMap<>();
        for (ValidStatement statement : ValidStatement.all()) {
            if (statement.kind().equals("read")) {
                reads++;
                SqlTree tree = structures.of(statement.sql());
                if (tree instanceof UnknownTree unknown) {
                    reasons.merge(unknown.reason(), 1, Integer::sum);
                    assertThat(statement.source()).as(statement.sql()).isNotEqualTo("psql");
                } else {
                    known++;
                }
            }
        }
        System.out.println("structures known: " + known + " of " + reads + " reads; the others: " + reasons);
        assertThat(known).isGreaterThanOrEqualTo(reads * 96 / 100);
    }

    @Test
    void eachNameStandsWhereItIsSaidTo() {
        for (ValidStatement statement : ValidStatement.all()) {
            if (structures.of(statement.sql()) instanceof KnownTree tree) {
                byte[] text = statement.sql().getBytes(StandardCharsets.UTF_8);
                for (Relation relation : tree.relations()) {
                    assertThat(lastName(text, relation.span())).isEqualTo(relation.name());
                    assertThat(relation.item().contains(relation.span())).isTrue();
                    assertThat(tree.levels().get(relation.level()).span().contains(relation.span()))
                            .as(statement.sql())
                            .isTrue();
                }
                for (FunctionCall call : tree.functions()) {
                    assertThat(lastName(text, call.span())).isEqualTo(call.name());
                    assertThat(call.call().contains(call.span())).isTrue();
                }
                for (CommonTable table : tree.commonTables()) {
                    assertThat(lastName(text, table.span())).isEqualTo(table.name());
                }
            }
        }
    }

    private static String lastName(byte[] text, Span span) {
        Tokens tokens = new Tokens();
        byte[] piece = java.util.Arrays.copyOfRange(text, span.start(), span.end());
        new Lexer(LexerLimits.DEFAULT).read(piece, true, tokens);
        int last = tokens.count() - 1;
        while (last > 0 && !tokens.is(last - 1, TokenKind.DOT)) {
            last--;
        }
        return String.valueOf(Names.name(tokens, last));
    }
}
