package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.lexer.LexicalProblem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FactsTest {
    private static final FunctionName F = new FunctionName(null, "f", false);
    private static final FunctionName G = new FunctionName("s", "g", false);

    @Test
    void aHookCanMakeAReadAWriteButNotTheReverse() {
        Facts read = Facts.builder(StatementKind.SELECT).build();
        Facts write = read.toBuilder().access(Access.WRITE).build();

        assertThat(read.stricter(write).access()).isEqualTo(Access.WRITE);
        assertThat(write.stricter(read).access()).isEqualTo(Access.WRITE);
        assertThat(read.stricter(write).kind()).isEqualTo(StatementKind.SELECT);
        assertThat(read.stricter(read)).isSameAs(read);
    }

    @Test
    void whatOneDoesNotUnderstandIsNotUnderstood() {
        Facts read = Facts.builder(StatementKind.SELECT).build();

        assertThat(read.stricter(Facts.unknown()).kind()).isEqualTo(StatementKind.UNKNOWN);
        assertThat(Facts.unknown().stricter(read).access()).isEqualTo(Access.UNKNOWN);
        assertThat(read.stricter(Facts.unreadable(LexicalProblem.TOO_DEEP)).problem())
                .isEqualTo(LexicalProblem.TOO_DEEP);
    }

    @Test
    void callsAndEffectsOfBothCount() {
        SessionEffect reset = new SessionEffect.AllReset();
        Facts one = Facts.builder(StatementKind.SELECT)
                .functions(List.of(F))
                .soleCall("f")
                .where(true)
                .build();
        Facts other = Facts.builder(StatementKind.SELECT)
                .functions(List.of(G, F))
                .effect(reset)
                .inBlock(InBlock.FORBIDDEN)
                .inner(one)
                .build();

        Facts both = one.stricter(other);

        assertThat(both.functions()).containsExactly(F, G);
        assertThat(both.effects()).containsExactly(reset);
        assertThat(both.inBlock()).isEqualTo(InBlock.FORBIDDEN);
        assertThat(both.hasWhere()).isFalse();
        assertThat(both.isCallOf("f")).isFalse();
        assertThat(both.inner()).isSameAs(one);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, READ, READ",
        "READ, LOCK, LOCK",
        "READ, BY_NAME, BY_NAME",
        "LOCK, BY_NAME, WRITE",
        "BY_NAME, WRITE, WRITE",
        "WRITE, UNKNOWN, UNKNOWN",
        "LOCK, LOCK, LOCK",
    })
    void theStricterAccessWins(Access one, Access other, Access stricter) {
        assertThat(Access.stricter(one, other)).isEqualTo(stricter);
        assertThat(Access.stricter(other, one)).isEqualTo(stricter);
    }

    @ParameterizedTest
    @EnumSource(StatementKind.class)
    void onlyQueriesThatReadAndShowAreReadsByTheirKindAlone(StatementKind kind) {
        boolean reads = Facts.builder(kind).build().readsOnly();

        assertThat(reads)
                .isEqualTo(
                        switch (kind) {
                            case SELECT, VALUES, TABLE, SHOW, COPY_TO_CLIENT -> true;
                            default -> false;
                        });
    }

    @Test
    void theFactsOfAStatementAreIndependentOfTheBuilder() {
        FactsBuilder builder = Facts.builder(StatementKind.SET).effect(new SessionEffect.AllReset());
        Facts first = builder.build();
        Facts second = builder.effect(new SessionEffect.AllReset()).build();

        assertThat(first.effects()).hasSize(1);
        assertThat(second.effects()).hasSize(2);
    }
}
