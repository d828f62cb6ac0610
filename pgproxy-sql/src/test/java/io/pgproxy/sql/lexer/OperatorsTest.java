package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.LexicalProblem.OPERATOR_TOO_LONG;
import static io.pgproxy.sql.lexer.Scanned.assertKinds;
import static io.pgproxy.sql.lexer.Scanned.assertOne;
import static io.pgproxy.sql.lexer.Scanned.assertProblem;
import static io.pgproxy.sql.lexer.Scanned.assertWords;
import static io.pgproxy.sql.lexer.TokenKind.COLON;
import static io.pgproxy.sql.lexer.TokenKind.COLON_EQUALS;
import static io.pgproxy.sql.lexer.TokenKind.DOT;
import static io.pgproxy.sql.lexer.TokenKind.DOT_DOT;
import static io.pgproxy.sql.lexer.TokenKind.EQUALS_GREATER;
import static io.pgproxy.sql.lexer.TokenKind.OPERATOR;
import static io.pgproxy.sql.lexer.TokenKind.TYPECAST;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperatorsTest {
    @Test
    void anOperatorEndsInASignOnlyIfStandardSqlHasNoSuchOperator() {
        assertWords("a=-1", "a", "=", "-", "1");
        assertWords("a=+-1", "a", "=", "+", "-", "1");
        assertWords("a<=-1", "a", "<=", "-", "1");
        assertWords("a*-1", "a", "*", "-", "1");
        assertWords("a+-+b", "a", "+", "-", "+", "b");
        assertWords("a@-1", "a", "@-", "1");
        assertWords("a?-b", "a", "?-", "b");
        assertWords("a->>b", "a", "->>", "b");
        assertWords("a%-b", "a", "%-", "b");
        assertWords("a=-@b", "a", "=-@", "b");
        assertWords("-1", "-", "1");
    }

    @Test
    void operatorsOfTheirOwnKind() {
        assertKinds("=>", EQUALS_GREATER);
        assertKinds("=>-", EQUALS_GREATER, OPERATOR);
        assertKinds("=>>", OPERATOR);
        assertKinds(":::=:", TYPECAST, COLON_EQUALS, COLON);
        assertKinds(":=>", COLON_EQUALS, OPERATOR);
        assertKinds("<= >= <> != * = `", OPERATOR, OPERATOR, OPERATOR, OPERATOR, OPERATOR, OPERATOR, OPERATOR);
        assertKinds(". .. ...", DOT, DOT_DOT, DOT_DOT, DOT);
    }

    @Test
    void anOperatorHasAtMost63Characters() {
        assertOne("@".repeat(63), OPERATOR);
        assertProblem("@".repeat(64), OPERATOR_TOO_LONG);
        assertThat(Scanned.of("=".repeat(63) + "+").words()).hasSize(2);
        assertThat(Scanned.of("+-".repeat(100)).words()).hasSize(200);
    }
}
