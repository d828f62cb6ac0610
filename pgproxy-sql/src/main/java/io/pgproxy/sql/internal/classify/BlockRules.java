package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.InBlock;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/** Where options decide whether a statement may run in a transaction block: {@code PreventInTransactionBlock}. */
final class BlockRules {
    private BlockRules() {}

    /** The rule for a statement, the cursor behind the words that told its kind. */
    static InBlock of(StatementKind kind, Cursor cursor) {
        boolean forbidden = switch (kind) {
            case CREATE_INDEX, DROP_INDEX -> cursor.is(Keyword.CONCURRENTLY);
            case REINDEX -> reindex(cursor);
            case CLUSTER -> !namesTable(cursor);
            case ALTER_TABLE -> endsWith(cursor, Keyword.CONCURRENTLY);
            case ALTER_DATABASE -> cursor.is(1, Keyword.SET) && cursor.is(2, Keyword.TABLESPACE);
            case CREATE_SUBSCRIPTION -> !hasOptions(cursor);
            default -> false;
        };
        return forbidden ? InBlock.FORBIDDEN : kind.inBlock();
    }

    private static boolean endsWith(Cursor cursor, Keyword word) {
        return !cursor.atEnd() && cursor.tokens().is(cursor.to() - 1, word);
    }

    /** Everything but one table or index that is not rebuilt concurrently. */
    private static boolean reindex(Cursor cursor) {
        Tokens tokens = cursor.tokens();
        for (int token = cursor.at(); token < cursor.to(); token++) {
            if (tokens.is(token, Keyword.CONCURRENTLY)) {
                return true;
            }
        }
        cursor.takeParentheses();
        return !cursor.is(Keyword.TABLE) && !cursor.is(Keyword.INDEX);
    }

    private static boolean namesTable(Cursor cursor) {
        cursor.takeParentheses();
        cursor.take(Keyword.VERBOSE);
        return !cursor.atEnd();
    }

    /** {@code create_slot = false} and its like make it possible; they are not read. */
    private static boolean hasOptions(Cursor cursor) {
        return cursor.tokens().is(cursor.to() - 1, TokenKind.RIGHT_PARENTHESIS);
    }
}
