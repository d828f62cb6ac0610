package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
import java.util.BitSet;

/**
 * The CASEs that are open in an expression. Their results are put into parentheses for JSqlParser, which takes {@code a
 * > b} there in no other way.
 */
final class Cases {
    private int depth;
    /** For each depth whether a parenthesis was opened there. */
    private final BitSet opened = new BitSet();

    boolean areOpen() {
        return depth > 0;
    }

    /** CASE, which stands here. */
    void begin(Cursor cursor) {
        opened.clear(++depth);
        cursor.at++;
    }

    /** WHEN, THEN or ELSE, which stands here. */
    void inner(Cursor cursor, Keyword keyword) {
        if (depth == 0) {
            throw cursor.unread();
        }
        boolean open = opened.get(depth);
        switch (keyword) {
            case WHEN -> {
                if (open) {
                    cursor.reading.mark(cursor.at, Mark.CLOSE_WHEN);
                    opened.clear(depth);
                }
            }
            case THEN -> {
                cursor.reading.mark(cursor.at, Mark.OPEN_THEN);
                opened.set(depth);
            }
            default -> cursor.reading.mark(cursor.at, Mark.CLOSE_OPEN_ELSE);
        }
        cursor.at++;
    }

    /** END, which stands here. */
    void end(Cursor cursor) {
        if (depth == 0) {
            throw cursor.unread();
        }
        cursor.reading.mark(cursor.at++, Mark.CLOSE_END);
        depth--;
    }
}
