package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.QueryLevel.Place;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.RelationUse;
import io.pgproxy.sql.structure.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the items of FROM and USING and how they are joined. */
final class FromReader {
    private final Cursor cursor;
    private final Context context;

    FromReader(Cursor cursor, Context context) {
        this.cursor = cursor;
        this.context = context;
    }

    /** Reads items with commas between them, up to the next clause. */
    void list(int end) {
        do {
            joined(end);
        } while (cursor.at < end && cursor.accept(TokenKind.COMMA));
    }

    /** Reads an item and what is joined to it. */
    void joined(int end) {
        item(end);
        while (cursor.at < end && cursor.isAny(Words.JOINS)) {
            while (!cursor.accept(JOIN)) {
                if (!cursor.isAny(Words.JOINS) && !cursor.is(OUTER)) {
                    throw cursor.unread();
                }
                cursor.at++;
            }
            joinedTo(end);
        }
    }

    /** What stands behind JOIN: joins nest there, as in {@code a JOIN b JOIN c ON … ON …}. */
    private void joinedTo(int end) {
        joined(end);
        if (cursor.at >= end) {
            return;
        }
        if (cursor.accept(ON)) {
            ExpressionReader.one(cursor, context, end);
        } else if (cursor.is(USING) && cursor.isAt(cursor.at + 1, TokenKind.LEFT_PARENTHESIS)) {
            cursor.at++;
            cursor.columnNames();
            if (cursor.is(AS)) {
                int start = cursor.at++;
                cursor.name();
                cursor.reading.drop(start, cursor.at);
            }
        }
    }

    /** A single item. */
    private void item(int end) {
        int first = cursor.at;
        boolean lateral = cursor.accept(LATERAL);
        cursor.reading.drop(first, cursor.at);
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            if (cursor.brackets.holdsQuery(cursor.at)) {
                cursor.at++;
                context.queries().nested(context, lateral ? Place.LATERAL : Place.FROM);
                cursor.expect(TokenKind.RIGHT_PARENTHESIS);
            } else {
                int close = cursor.partner();
                cursor.at++;
                joined(close);
                if (cursor.at != close) {
                    throw cursor.unread();
                }
                cursor.at++;
            }
            alias();
        } else if (cursor.is(ROWS) && cursor.isAt(cursor.at + 1, FROM)) {
            rowsFrom();
        } else if (isGrammarCall()) {
            Calls.grammar(cursor, context, Objects.requireNonNull(cursor.keyword()));
            functionAlias();
        } else if (cursor.is(ONLY)) {
            relation(first, RelationUse.READ);
        } else {
            nameOrCall(first);
        }
        if (cursor.at > end) {
            throw cursor.unread();
        }
    }

    private boolean isGrammarCall() {
        Keyword keyword = cursor.keyword();
        return keyword != null
                && (Words.BARE_CALLS.contains(keyword)
                        || (cursor.isAt(cursor.at + 1, TokenKind.LEFT_PARENTHESIS) && Words.isGrammarCall(keyword)));
    }

    private void nameOrCall(int first) {
        Keyword keyword = cursor.keyword();
        if (keyword != null && keyword.isReserved()) {
            throw cursor.unread();
        }
        int name = cursor.at;
        Path path = Path.qualified(cursor);
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            Calls.named(cursor, context, path, true);
            functionAlias();
        } else {
            cursor.at = name;
            relation(first, RelationUse.READ);
        }
    }

    private void rowsFrom() {
        cursor.at += 2;
        int close = cursor.partner();
        cursor.at++;
        do {
            Calls.named(cursor, context, Path.qualified(cursor), true);
            if (cursor.is(AS)) {
                int start = cursor.at++;
                columnDefinitions();
                cursor.reading.drop(start, cursor.at);
            }
        } while (cursor.accept(TokenKind.COMMA));
        if (cursor.at != close) {
            throw cursor.unread();
        }
        cursor.at++;
        functionAlias();
    }

    /** A relation that is read or, in DML, changed; its alias may be one without AS. */
    void relation(int first, RelationUse use) {
        boolean only = cursor.accept(ONLY);
        if (only) {
            cursor.reading.drop(cursor.at - 1, cursor.at);
        }
        boolean enclosed = only && cursor.accept(TokenKind.LEFT_PARENTHESIS);
        int name = cursor.at;
        Path path = Path.qualified(cursor);
        if (enclosed) {
            cursor.reading.drop(name - 1, name);
            cursor.reading.drop(cursor.at, cursor.at + 1);
            cursor.expect(TokenKind.RIGHT_PARENTHESIS);
        } else if (!only && cursor.isOperator(cursor.at, '*')) {
            cursor.reading.drop(cursor.at, cursor.at + 1);
            cursor.at++;
        }
        int behindName = path.behind();
        int aliasToken = aliasToken(use);
        List<String> columns = List.of();
        String alias = null;
        if (aliasToken >= 0) {
            cursor.at = aliasToken;
            alias = cursor.name();
            columns = use == RelationUse.READ ? aliasColumns() : List.of();
        }
        boolean sampled = use == RelationUse.READ && cursor.is(TABLESAMPLE);
        if (sampled) {
            sample();
        }
        int commonTable =
                use == RelationUse.READ && path.qualifier() == null ? Scope.find(context.scope(), path.name()) : -1;
        Span item = cursor.reading.span(first, cursor.at);
        cursor.reading.addRelation(
                new Relation(
                        path.qualifier(),
                        path.name(),
                        cursor.reading.span(name, behindName),
                        item,
                        use,
                        alias,
                        columns,
                        only,
                        sampled,
                        commonTable,
                        context.level()),
                name,
                aliasToken);
    }

    /** Where the alias stands that may be here, or -1. */
    private int aliasToken(RelationUse use) {
        if (cursor.is(AS) && use != RelationUse.TRUNCATE) {
            return cursor.at + 1;
        }
        if (use == RelationUse.INSERT || use == RelationUse.TRUNCATE || !cursor.isColumnName()) {
            return -1;
        }
        // "UPDATE t SET" begins the list, "UPDATE t set SET" names t so.
        return cursor.is(SET) && !cursor.isAt(cursor.at + 1, SET) ? -1 : cursor.at;
    }

    /** TABLESAMPLE with constants only, which is left out for JSqlParser. */
    private void sample() {
        int start = cursor.at++;
        Path.qualified(cursor);
        constants();
        if (cursor.accept(REPEATABLE)) {
            constants();
        }
        cursor.reading.drop(start, cursor.at);
    }

    private void constants() {
        if (!cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            throw cursor.unread();
        }
        int close = cursor.partner();
        for (int token = cursor.at + 1; token < close; token++) {
            switch (cursor.tokens.kind(token)) {
                case INTEGER, NUMERIC, OPERATOR, COMMA -> {}
                default -> throw cursor.unread();
            }
        }
        cursor.at = close + 1;
    }

    /** The names of columns behind an alias, which JSqlParser does not need. */
    private List<String> aliasColumns() {
        int start = cursor.at;
        List<String> columns = cursor.columnNames();
        cursor.reading.drop(start, cursor.at);
        return columns;
    }

    private @Nullable String alias() {
        if (cursor.accept(AS) || cursor.isColumnName()) {
            String alias = cursor.name();
            aliasColumns();
            return alias;
        }
        return null;
    }

    /** {@code [WITH ORDINALITY] [AS] f (a, b)}, {@code AS f (a int)} or {@code AS (a int)}. */
    private void functionAlias() {
        if (cursor.is(WITH) && cursor.isAt(cursor.at + 1, ORDINALITY)) {
            cursor.reading.drop(cursor.at, cursor.at + 2);
            cursor.at += 2;
        }
        int start = cursor.at;
        if (cursor.accept(AS) && cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            columnDefinitions();
            cursor.reading.drop(start, cursor.at);
            return;
        }
        if (cursor.at > start || cursor.isColumnName()) {
            cursor.name();
            if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
                int columns = cursor.at;
                columnDefinitions();
                cursor.reading.drop(columns, cursor.at);
            }
        }
    }

    /** {@code (a int, b text COLLATE "C")} or {@code (a, b)}, neither of which holds a relation or a call. */
    private void columnDefinitions() {
        int close = cursor.partner();
        cursor.at++;
        do {
            cursor.name();
            if (cursor.at < close && !cursor.is(TokenKind.COMMA)) {
                TypeReader.read(cursor);
            }
            if (cursor.accept(COLLATE)) {
                Path.read(cursor);
            }
        } while (cursor.accept(TokenKind.COMMA));
        if (cursor.at != close) {
            throw cursor.unread();
        }
        cursor.at++;
    }
}
