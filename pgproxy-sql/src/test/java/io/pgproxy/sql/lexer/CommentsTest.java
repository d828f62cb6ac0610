package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.LexicalProblem.UNTERMINATED_COMMENT;
import static io.pgproxy.sql.lexer.Scanned.assertProblem;
import static io.pgproxy.sql.lexer.Scanned.assertWords;

import org.junit.jupiter.api.Test;

class CommentsTest {
    @Test
    void blanks() {
        assertWords("a\tb\nc\rd\fe\u000bf g", "a", "b", "c", "d", "e", "f", "g");
    }

    @Test
    void aLineCommentEndsWithEitherLineEnd() {
        assertWords("a--b\nc", "a", "c");
        assertWords("a--b\rc", "a", "c");
        assertWords("a--b\fc", "a");
        assertWords("a--b\u000bc", "a");
        assertWords("a--b\u2028c", "a");
        assertWords("--", new String[0]);
        assertWords("---a\nb", "b");
    }

    @Test
    void blockCommentsNest() {
        assertWords("a/*b*/c", "a", "c");
        assertWords("a/*/*b*/c*/d", "a", "d");
        assertWords("/**/a", "a");
        assertWords("/***/a", "a");
        assertWords("/*/**/*/a", "a");
        assertWords("/*//**/*/a", "a");
        assertWords("/* '\" $$ -- \n*/a", "a");
        assertWords("/* -- */a", "a");
        assertWords("a/*b*/*/c", "a", "*/", "c");
        assertProblem("/*", UNTERMINATED_COMMENT);
        assertProblem("/*/", UNTERMINATED_COMMENT);
        assertProblem("/*/*a*/", UNTERMINATED_COMMENT);
        assertProblem("/* *", UNTERMINATED_COMMENT);
    }

    @Test
    void aCommentEndsAnOperator() {
        assertWords("a+--b\nc", "a", "+", "c");
        assertWords("a+/*b*/c", "a", "+", "c");
        assertWords("a@-/*b*/c", "a", "@-", "c");
        assertWords("a=>/*b*/c", "a", "=>", "c");
        assertWords("a@--b\nc", "a", "@", "c");
        assertWords("a*/b", "a", "*/", "b");
        assertWords("a//*b*/c", "a", "/", "c");
        assertWords("a-/**/-b", "a", "-", "-", "b");
    }
}
