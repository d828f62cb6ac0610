package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.UnknownTree.Reason;

/** Finds the query within EXPLAIN, PREPARE, DECLARE and COPY. */
final class Wrapping {
    private Wrapping() {}

    /** The first token of the query that a statement is or holds. */
    static int queryStart(Tokens tokens) {
        Keyword keyword = tokens.keyword(0);
        if (keyword == null && !tokens.is(0, TokenKind.LEFT_PARENTHESIS)) {
            throw new UnknownStructureException(Reason.NO_QUERY, 0);
        }
        int start = keyword == null
                ? 0
                : switch (keyword) {
                    case EXPLAIN -> behindExplain(tokens);
                    case PREPARE -> behindPrepare(tokens);
                    case DECLARE -> behindFirst(tokens, FOR);
                    case COPY -> tokens.is(1, TokenKind.LEFT_PARENTHESIS) ? 2 : tokens.count();
                    default -> 0;
                };
        int word = start;
        while (tokens.is(word, TokenKind.LEFT_PARENTHESIS)) {
            word++;
        }
        Keyword first = tokens.keyword(word);
        if (first == SELECT || first == VALUES || first == TABLE || first == WITH) {
            return start;
        }
        if (word == start && (first == INSERT || first == UPDATE || first == DELETE || first == MERGE)) {
            return start;
        }
        if (first == TRUNCATE && word == 0) {
            return start;
        }
        throw new UnknownStructureException(Reason.NO_QUERY, 0);
    }

    /** The token behind the query, semicolons at the end left out. */
    static int queryEnd(Tokens tokens, int start) {
        if (tokens.is(0, COPY)) {
            int depth = 1;
            for (int token = start; token < tokens.count(); token++) {
                if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                    depth++;
                } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS) && --depth == 0) {
                    return token;
                }
            }
        }
        int end = tokens.count();
        while (end > start && tokens.is(end - 1, TokenKind.SEMICOLON)) {
            end--;
        }
        return end;
    }

    private static int behindExplain(Tokens tokens) {
        int at = 1;
        if (tokens.is(at, TokenKind.LEFT_PARENTHESIS) && !beginsQuery(tokens, at)) {
            at = behindParenthesis(tokens, at);
        }
        while (tokens.is(at, ANALYZE) || tokens.is(at, ANALYSE) || tokens.is(at, VERBOSE)) {
            at++;
        }
        return at;
    }

    private static boolean beginsQuery(Tokens tokens, int open) {
        int word = open;
        while (tokens.is(word, TokenKind.LEFT_PARENTHESIS)) {
            word++;
        }
        return tokens.is(word, SELECT) || tokens.is(word, VALUES) || tokens.is(word, TABLE) || tokens.is(word, WITH);
    }

    private static int behindPrepare(Tokens tokens) {
        int at = 2;
        if (tokens.is(at, TokenKind.UNICODE_IDENTIFIER)) {
            return tokens.count();
        }
        if (tokens.is(at, TokenKind.LEFT_PARENTHESIS)) {
            at = behindParenthesis(tokens, at);
        }
        return tokens.is(at, AS) ? at + 1 : tokens.count();
    }

    private static int behindFirst(Tokens tokens, Keyword keyword) {
        for (int token = 2; token < tokens.count(); token++) {
            if (tokens.is(token, keyword)) {
                return token + 1;
            }
        }
        return tokens.count();
    }

    private static int behindParenthesis(Tokens tokens, int open) {
        int depth = 0;
        for (int token = open; token < tokens.count(); token++) {
            if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                depth++;
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS) && --depth == 0) {
                return token + 1;
            }
        }
        return tokens.count();
    }
}
