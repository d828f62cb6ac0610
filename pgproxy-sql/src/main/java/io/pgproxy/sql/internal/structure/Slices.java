package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.TokenKind;

/** The colons of array slices, whose bounds may be left out and which JSqlParser knows with both bounds only. */
final class Slices {
    private Slices() {}

    /** Marks the colons between the brackets that open here, those of brackets and parentheses within left out. */
    static void mark(Cursor cursor) {
        int open = cursor.at;
        int close = cursor.partner();
        for (int token = open + 1; token < close; token++) {
            if (cursor.isAt(token, TokenKind.LEFT_BRACKET) || cursor.isAt(token, TokenKind.LEFT_PARENTHESIS)) {
                token = cursor.brackets.partner(token);
            } else if (cursor.isAt(token, TokenKind.COLON)) {
                boolean lower = token > open + 1;
                boolean upper = token < close - 1;
                cursor.reading.mark(
                        token,
                        lower
                                ? upper ? Mark.SLICE : Mark.SLICE_WITHOUT_UPPER
                                : upper ? Mark.SLICE_WITHOUT_LOWER : Mark.SLICE_WITHOUT_BOUNDS);
            }
        }
    }
}
