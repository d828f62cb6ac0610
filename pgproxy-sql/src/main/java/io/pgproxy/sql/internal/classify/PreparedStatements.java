package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code PrepareStmt}, {@code ExecuteStmt}, {@code DeallocateStmt} of the grammar. */
final class PreparedStatements {
    private final Preparables preparables;

    PreparedStatements(Preparables preparables) {
        this.preparables = preparables;
    }

    Facts classify(Keyword first, Cursor cursor) {
        Facts facts = switch (first) {
            case PREPARE -> prepare(cursor);
            case EXECUTE -> execute(cursor);
            case DEALLOCATE -> deallocate(cursor);
            default -> null;
        };
        return facts == null ? Facts.unknown() : facts;
    }

    private @Nullable Facts prepare(Cursor cursor) {
        // TRANSACTION may be the name of a statement; a string behind it makes it the command of two-phase commit.
        if (cursor.is(1, Keyword.TRANSACTION)
                && !cursor.is(2, Keyword.AS)
                && !cursor.is(2, TokenKind.LEFT_PARENTHESIS)) {
            return TransactionStatements.classify(Keyword.PREPARE, cursor);
        }
        cursor.skip();
        String name = cursor.takeName();
        int types = cursor.at();
        cursor.takeParentheses();
        if (name == null || !cursor.take(Keyword.AS)) {
            return null;
        }
        Facts inner = preparables.classify(cursor.tokens(), cursor.at(), cursor.to());
        Access access = preparables.access(cursor.tokens(), types, cursor.to());
        if (inner.kind() == StatementKind.UNKNOWN || access == Access.UNKNOWN) {
            return null;
        }
        return Facts.builder(StatementKind.PREPARE)
                .access(Access.stricter(inner.access(), access))
                .functions(inner.functions())
                .effect(new SessionEffect.StatementPrepared(name))
                .inner(inner)
                .build();
    }

    /** EXECUTE, from that word to the end of the range. */
    @Nullable
    Facts execute(Cursor cursor) {
        cursor.skip();
        String name = cursor.takeName();
        int arguments = cursor.at();
        cursor.takeParentheses();
        if (name == null || !cursor.atEnd()) {
            return null;
        }
        List<FunctionName> functions = preparables.functions(cursor.tokens(), arguments, cursor.to());
        return functions == null
                ? null
                : Facts.builder(StatementKind.EXECUTE)
                        .functions(functions)
                        .effect(new SessionEffect.StatementExecuted(name))
                        .build();
    }

    private static @Nullable Facts deallocate(Cursor cursor) {
        cursor.skip();
        if (cursor.at() + 1 < cursor.to()) {
            cursor.take(Keyword.PREPARE);
        }
        SessionEffect effect;
        if (cursor.take(Keyword.ALL)) {
            effect = new SessionEffect.AllDeallocated();
        } else {
            String name = cursor.takeName();
            if (name == null) {
                return null;
            }
            effect = new SessionEffect.StatementDeallocated(name);
        }
        return cursor.atEnd()
                ? Facts.builder(StatementKind.DEALLOCATE).effect(effect).build()
                : null;
    }
}
