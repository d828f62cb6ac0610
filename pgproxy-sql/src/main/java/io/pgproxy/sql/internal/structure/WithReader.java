package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.CommonTable;
import io.pgproxy.sql.structure.QueryLevel.Kind;
import io.pgproxy.sql.structure.QueryLevel.Place;
import io.pgproxy.sql.structure.Span;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a WITH clause. Without RECURSIVE a query sees those before it; with RECURSIVE each sees all of its clause,
 * itself included, since the server sorts them by what they refer to.
 */
final class WithReader {
    /** Each name is looked for among all, so that there should not be too many. */
    private static final int MOST = 1000;

    private final Cursor cursor;
    private final Context around;
    private final Place place;
    private @Nullable Scope scope;
    private int announced;

    WithReader(Cursor cursor, Context around, Place place) {
        this.cursor = cursor;
        this.around = around;
        this.place = place;
        this.scope = around.scope();
    }

    /** The common tables that the query behind the clause sees. */
    @Nullable
    Scope read() {
        cursor.expect(WITH);
        boolean recursive = cursor.accept(RECURSIVE);
        if (recursive) {
            announce();
        }
        int next = recursive ? cursor.reading.commonTables.size() - announced : 0;
        do {
            int index = recursive ? next++ : reserve(cursor.reading);
            String name = commonTable(index, recursive);
            if (!recursive) {
                scope = new Scope(name, index, scope);
            }
        } while (cursor.accept(TokenKind.COMMA));
        return scope;
    }

    /** Goes through the clause once for the names alone. */
    private void announce() {
        int start = cursor.at;
        do {
            int index = reserve(cursor.reading);
            announced++;
            scope = new Scope(cursor.name(), index, scope);
            cursor.columnNames();
            cursor.expect(AS);
            materialized();
            if (!cursor.is(TokenKind.LEFT_PARENTHESIS)) {
                throw cursor.unread();
            }
            cursor.at = cursor.partner() + 1;
            searchAndCycle();
        } while (cursor.accept(TokenKind.COMMA));
        cursor.at = start;
    }

    private String commonTable(int index, boolean recursive) {
        Reading reading = cursor.reading;
        int nameToken = cursor.at;
        String name = cursor.name();
        Span span = reading.span(nameToken, cursor.at);
        reading.commonTableTokens.set(nameToken);
        List<String> columns = cursor.columnNames();
        cursor.expect(AS);
        materialized();
        if (!cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            throw cursor.unread();
        }
        int open = cursor.at++;
        int level = around.queries().nested(new Context(around.queries(), around.level(), scope), place);
        Span query = reading.span(open + 1, cursor.at);
        cursor.expect(TokenKind.RIGHT_PARENTHESIS);
        searchAndCycle();
        boolean writes = isWrite(reading.levels.get(level).kind());
        reading.commonTables.set(index, new CommonTable(name, span, query, columns, recursive, writes, level));
        return name;
    }

    /** A place in the list, so that the order is that of the names. */
    private int reserve(Reading reading) {
        if (reading.commonTables.size() >= MOST) {
            throw new UnknownStructureException(Reason.TOO_COMPLEX, cursor.at);
        }
        Span none = reading.span(cursor.at, cursor.at + 1);
        reading.commonTables.add(new CommonTable("", none, none, List.of(), false, false, -1));
        return reading.commonTables.size() - 1;
    }

    private static boolean isWrite(Kind kind) {
        return switch (kind) {
            case INSERT, UPDATE, DELETE, MERGE, TRUNCATE -> true;
            case SELECT, VALUES, TABLE -> false;
        };
    }

    private void materialized() {
        int start = cursor.at;
        cursor.accept(NOT);
        cursor.accept(MATERIALIZED);
        cursor.reading.drop(start, cursor.at);
    }

    /** {@code SEARCH DEPTH FIRST BY a SET b} and {@code CYCLE a SET b TO 1 DEFAULT 0 USING c}: names and constants. */
    private void searchAndCycle() {
        int start = cursor.at;
        if (cursor.accept(SEARCH)) {
            if (!cursor.accept(DEPTH)) {
                cursor.expect(BREADTH);
            }
            cursor.expect(FIRST);
            cursor.expect(BY);
            names();
            cursor.expect(SET);
            cursor.name();
        }
        if (cursor.accept(CYCLE)) {
            names();
            cursor.expect(SET);
            cursor.name();
            if (cursor.accept(TO)) {
                constant();
                cursor.expect(DEFAULT);
                constant();
            }
            cursor.expect(USING);
            cursor.name();
        }
        cursor.reading.drop(start, cursor.at);
    }

    private void names() {
        do {
            cursor.name();
        } while (cursor.accept(TokenKind.COMMA));
    }

    private void constant() {
        boolean constant = !cursor.atEnd() && cursor.tokens.kind(cursor.at).isConstant();
        if (!constant && !cursor.is(TRUE) && !cursor.is(FALSE)) {
            throw cursor.unread();
        }
        cursor.at++;
    }
}
