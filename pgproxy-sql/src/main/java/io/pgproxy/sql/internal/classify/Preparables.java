package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FactsBuilder;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries, INSERT, UPDATE, DELETE, MERGE: {@code PreparableStmt} of the grammar. */
@SuppressWarnings("EnumOrdinal") // an index for arrays, within one run
final class Preparables {
    private static final Facts[] WITHOUT_WHERE = constants(false);
    private static final Facts[] WITH_WHERE = constants(true);

    private final QueryScan scan = new QueryScan();
    private final FunctionScan functionScan = new FunctionScan();

    private static Facts[] constants(boolean where) {
        StatementKind[] kinds = StatementKind.values();
        Facts[] facts = new Facts[kinds.length];
        for (StatementKind kind : kinds) {
            facts[kind.ordinal()] = Facts.builder(kind).where(where).build();
        }
        return facts;
    }

    /** The facts of a statement of which no more is to be said than its kind. */
    static Facts plain(StatementKind kind) {
        return WITHOUT_WHERE[kind.ordinal()];
    }

    /** What is called in a range, or null if a name in it could not be read. */
    @Nullable
    List<FunctionName> functions(Tokens tokens, int from, int to) {
        return functionScan.scan(tokens, from, to);
    }

    /** What the tokens of a range do if a query can be made of them. */
    Access access(Tokens tokens, int from, int to) {
        return scan.scan(tokens, from, to).access();
    }

    /** A query: SELECT, VALUES, TABLE, in parentheses or not; anything else is not understood. */
    Facts query(Tokens tokens, int from, int to) {
        Facts facts = classify(tokens, from, to);
        return switch (facts.kind()) {
            case SELECT, VALUES, TABLE, SELECT_FOR_LOCK, SELECT_INTO, SELECT_WRITING -> facts;
            default -> Facts.unknown();
        };
    }

    /** Any of them. */
    Facts classify(Tokens tokens, int from, int to) {
        StatementKind main = main(tokens, from, to);
        if (main == null) {
            return Facts.unknown();
        }
        Access access = scan.scan(tokens, from, to).access();
        List<FunctionName> functions = access == Access.UNKNOWN ? null : functionScan.scan(tokens, from, to);
        if (functions == null) {
            return Facts.unknown();
        }
        StatementKind kind = main.access() == Access.READ ? queryKind(main, access) : main;
        if (functions.isEmpty() && kind != StatementKind.SELECT_INTO) {
            return (scan.where() ? WITH_WHERE : WITHOUT_WHERE)[kind.ordinal()];
        }
        FactsBuilder facts = Facts.builder(kind).where(scan.where()).functions(functions);
        if (kind == StatementKind.SELECT_INTO && scan.intoTemporary()) {
            facts.effect(new SessionEffect.TemporaryObjectCreated());
        }
        return facts.soleCall(soleCall(tokens, from, to, functions)).build();
    }

    private StatementKind queryKind(StatementKind main, Access access) {
        return switch (access) {
            case WRITE -> scan.changes() ? StatementKind.SELECT_WRITING : StatementKind.SELECT_INTO;
            case LOCK -> StatementKind.SELECT_FOR_LOCK;
            default -> main;
        };
    }

    private static @Nullable StatementKind main(Tokens tokens, int from, int to) {
        int token = from;
        while (token < to && tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
            token++;
        }
        Keyword word = token < to ? tokens.keyword(token) : null;
        if (word == Keyword.WITH) {
            Cursor cursor = new Cursor(tokens, token, to);
            return WithClause.skip(cursor) ? behindWith(cursor, token == from) : null;
        }
        return word == null ? null : kind(word, token == from);
    }

    private static @Nullable StatementKind behindWith(Cursor cursor, boolean outermost) {
        boolean parentheses = cursor.is(TokenKind.LEFT_PARENTHESIS);
        while (cursor.take(TokenKind.LEFT_PARENTHESIS)) {
            // the query within is what counts
        }
        Keyword word = cursor.keyword();
        if (word == Keyword.WITH && parentheses) {
            return StatementKind.SELECT;
        }
        return word == null ? null : kind(word, outermost && !parentheses);
    }

    private static @Nullable StatementKind kind(Keyword word, boolean outermost) {
        return switch (word) {
            case SELECT -> StatementKind.SELECT;
            case VALUES -> StatementKind.VALUES;
            case TABLE -> StatementKind.TABLE;
            case INSERT -> outermost ? StatementKind.INSERT : null;
            case UPDATE -> outermost ? StatementKind.UPDATE : null;
            case DELETE -> outermost ? StatementKind.DELETE : null;
            case MERGE -> outermost ? StatementKind.MERGE : null;
            default -> null;
        };
    }

    /** The function's name if the statement is {@code SELECT name()} and no more. */
    private static @Nullable String soleCall(Tokens tokens, int from, int to, List<FunctionName> functions) {
        boolean sole = functions.size() == 1
                && to - from >= 4
                && tokens.is(from, Keyword.SELECT)
                && tokens.is(to - 2, TokenKind.LEFT_PARENTHESIS)
                && tokens.is(to - 1, TokenKind.RIGHT_PARENTHESIS);
        if (!sole) {
            return null;
        }
        FunctionName name = functions.get(0);
        Cursor cursor = new Cursor(tokens, from + 1, to - 2);
        boolean alone = cursor.takeLabel() != null && cursor.atEnd();
        return alone && name.schema() == null && !name.keyword() ? name.name() : null;
    }
}
