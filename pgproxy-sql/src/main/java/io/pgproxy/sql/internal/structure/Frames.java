package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;

/**
 * The frames of windows, {@code ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES}, of which JSqlParser knows some.
 */
final class Frames {
    private Frames() {}

    /** Leaves out the frame that begins here and ends the window, if it is one that holds words and numbers only. */
    static boolean drop(Cursor cursor, int end) {
        if (!cursor.is(ROWS) && !cursor.is(RANGE) && !cursor.is(GROUPS)) {
            return false;
        }
        int next = cursor.at + 1;
        boolean frame = cursor.isAt(next, BETWEEN)
                || cursor.isAt(next + 1, PRECEDING)
                || (cursor.isAt(next + 1, ROW) && cursor.isAt(next, CURRENT));
        for (int token = next; frame && token < end; token++) {
            Keyword keyword = cursor.keywordAt(token);
            frame = keyword == null ? cursor.isAt(token, TokenKind.INTEGER) : isWord(keyword);
        }
        if (frame) {
            cursor.reading.drop(cursor.at, end);
            cursor.at = end;
        }
        return frame;
    }

    private static boolean isWord(Keyword keyword) {
        return switch (keyword) {
            case BETWEEN, AND, UNBOUNDED, PRECEDING, FOLLOWING, CURRENT, ROW, EXCLUDE, NO, OTHERS, TIES, GROUP -> true;
            default -> false;
        };
    }
}
