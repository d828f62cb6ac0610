package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What JSqlParser gets to read instead of the client's text: one statement on one line, in which each name is
 * {@code n12}, each string {@code 's12'} and each number or parameter {@code 1000012}, with 12 for the token's index.
 * So its own lexer, its keywords and its view of quotes and comments play no part, and what it makes of the statement
 * can be told back by position.
 */
final class ParserText {
    private static final int FIRST_NUMBER = 1_000_000_000;

    private final StringBuilder text;
    /** Where each piece begins, in ascending order, and the token that it stands for. */
    private int[] begins = new int[64];

    private int[] tokens = new int[64];
    private int count;

    private ParserText(int length) {
        text = new StringBuilder(length);
    }

    static ParserText of(Tokens tokens, int first, int last, Reading reading) {
        ParserText out = new ParserText((last - first) * 6);
        for (int token = first; token < last; token++) {
            Mark mark = reading.markOf(token);
            if (mark == Mark.DROP) {
                continue;
            }
            out.begin(token);
            if (mark == Mark.NAME) {
                out.text.append('n').append(token);
            } else if (mark != null) {
                out.text.append(mark.text());
            } else {
                out.write(tokens, token);
            }
        }
        return out;
    }

    /** How a name at a token is written. */
    static String name(int token) {
        return "n" + token;
    }

    private void begin(int token) {
        if (text.length() > 0) {
            text.append(' ');
        }
        if (count == begins.length) {
            begins = Arrays.copyOf(begins, count * 2);
            tokens = Arrays.copyOf(tokens, count * 2);
        }
        begins[count] = text.length();
        tokens[count++] = token;
    }

    private void write(Tokens from, int token) {
        TokenKind kind = from.kind(token);
        if (kind.isString()) {
            text.append("'s").append(token).append('\'');
        } else if (kind.isConstant() || kind == TokenKind.PARAMETER) {
            text.append(FIRST_NUMBER + token);
        } else if (kind == TokenKind.IDENTIFIER || kind.isQuotedName()) {
            text.append('n').append(token);
        } else {
            int start = from.start(token);
            text.append(new String(from.text(), start, from.end(token) - start, StandardCharsets.US_ASCII));
        }
    }

    /** The token whose piece begins at an offset, or -1 if none does. */
    int tokenAt(int offset) {
        int found = Arrays.binarySearch(begins, 0, count, offset);
        return found < 0 ? -1 : tokens[found];
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
