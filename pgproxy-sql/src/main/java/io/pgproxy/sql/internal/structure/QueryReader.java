package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.OutputColumn;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.QueryLevel.Kind;
import io.pgproxy.sql.structure.QueryLevel.Place;
import io.pgproxy.sql.structure.RelationUse;
import io.pgproxy.sql.structure.Span;
import java.util.ArrayList;
import java.util.List;

/** Reads queries: WITH, set operations, VALUES, TABLE, and what stands behind all of these; SELECT is another's. */
final class QueryReader {
    private final Cursor cursor;
    private final Reading reading;

    QueryReader(Cursor cursor) {
        this.cursor = cursor;
        this.reading = cursor.reading;
    }

    /**
     * What was read.
     *
     * @param level of the first operand
     * @param columns of the result
     */
    record Result(int level, List<OutputColumn> columns) {}

    /** Reads the whole statement and sets its columns. */
    void statement() {
        Context outside = new Context(this, -1, null);
        Result result = cursor.is(TRUNCATE)
                ? new WriteReader(cursor, outside).truncate()
                : query(outside, Place.STATEMENT, cursor.last);
        if (!cursor.atEnd()) {
            throw cursor.unread();
        }
        reading.columns.addAll(result.columns());
    }

    /** Reads the query in the parentheses that opened just before, up to the one that closes them; its first level. */
    int nested(Context around, Place place) {
        int close = cursor.brackets.partner(cursor.at - 1);
        Result result = query(around, place, close);
        if (cursor.at != close) {
            throw cursor.unread();
        }
        return result.level();
    }

    /** Reads a query or a statement that changes rows, with its WITH. */
    Result query(Context around, Place place, int end) {
        Context context = cursor.is(WITH)
                ? new Context(this, around.level(), new WithReader(cursor, around, place).read())
                : around;
        Keyword keyword = cursor.keyword();
        return keyword == INSERT || keyword == UPDATE || keyword == DELETE || keyword == MERGE
                ? new WriteReader(cursor, context).statement(place, end)
                : operands(context, place, end);
    }

    private Result operands(Context context, Place place, int end) {
        Result first = operand(context, place, end);
        int last = first.level();
        boolean several = false;
        while (cursor.at < end && cursor.isAny(Words.SET_OPERATIONS)) {
            several = true;
            cursor.at++;
            if (!cursor.accept(ALL)) {
                cursor.accept(DISTINCT);
            }
            last = operand(context, place, end).level();
        }
        trailing(new Context(this, last, context.scope()), end);
        QueryLevel level = reading.levels.get(last);
        reading.levels.set(
                last,
                new QueryLevel(
                        level.parent(),
                        level.place(),
                        level.kind(),
                        new Span(
                                level.span().start(),
                                reading.span(cursor.at - 1, cursor.at).end()),
                        level.targets(),
                        level.from(),
                        level.where()));
        return several ? new Result(first.level(), blurred(first.columns())) : first;
    }

    /** The columns of a set operation have the names of the first operand, but not its sources. */
    private static List<OutputColumn> blurred(List<OutputColumn> columns) {
        List<OutputColumn> blurred = new ArrayList<>();
        for (OutputColumn column : columns) {
            blurred.add(
                    column.kind() != OutputColumn.Kind.REFERENCE
                            ? column
                            : new OutputColumn(OutputColumn.Kind.EXPRESSION, column.name(), null, null, column.span()));
        }
        return blurred;
    }

    private Result operand(Context context, Place place, int end) {
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            int close = cursor.partner();
            cursor.at++;
            Result result = query(context, place, close);
            if (cursor.at != close) {
                throw cursor.unread();
            }
            cursor.at++;
            return result;
        }
        if (cursor.is(SELECT)) {
            return new SelectReader(cursor, context).read(place, end);
        }
        if (cursor.is(VALUES)) {
            return values(context, place, end);
        }
        if (cursor.is(TABLE)) {
            return table(context, place);
        }
        throw cursor.unread();
    }

    private Result values(Context context, Place place, int end) {
        int first = cursor.at;
        int level = reading.openLevel(context.level(), place, Kind.VALUES, first);
        Context within = new Context(this, level, context.scope());
        cursor.expect(VALUES);
        List<OutputColumn> columns = row(within);
        while (cursor.at < end && cursor.is(TokenKind.COMMA)) {
            int start = cursor.at++;
            row(within);
            if (isFlat(start + 2, cursor.at)) {
                // Thousands of rows of constants tell nothing that the first does not.
                reading.drop(start, cursor.at);
            }
        }
        reading.levels.set(
                level,
                new QueryLevel(context.level(), place, Kind.VALUES, reading.span(first, cursor.at), null, null, null));
        return new Result(level, columns);
    }

    /** Reads {@code (a, b)}. */
    private List<OutputColumn> row(Context context) {
        cursor.expect(TokenKind.LEFT_PARENTHESIS);
        int close = cursor.brackets.partner(cursor.at - 1);
        List<OutputColumn> columns = new ArrayList<>();
        do {
            int start = cursor.at;
            ExpressionReader.one(cursor, context, close);
            if (cursor.at > start) {
                Span span = reading.span(start, cursor.at);
                String name = "column" + (columns.size() + 1);
                columns.add(new OutputColumn(OutputColumn.Kind.EXPRESSION, name, null, null, span));
            }
        } while (cursor.accept(TokenKind.COMMA));
        cursor.expect(TokenKind.RIGHT_PARENTHESIS);
        return columns;
    }

    private Result table(Context context, Place place) {
        int first = cursor.at++;
        int level = reading.openLevel(context.level(), place, Kind.TABLE, first);
        reading.mark(first, Mark.TABLE_COMMAND);
        int item = cursor.at;
        new FromReader(cursor, new Context(this, level, context.scope())).relation(item, RelationUse.READ);
        Span from = reading.span(item, cursor.at);
        reading.levels.set(
                level,
                new QueryLevel(context.level(), place, Kind.TABLE, reading.span(first, cursor.at), null, from, null));
        return new Result(level, List.of(new OutputColumn(OutputColumn.Kind.STAR, null, null, null, from)));
    }

    /** ORDER BY, LIMIT, OFFSET, FETCH and the locks. */
    private void trailing(Context context, int end) {
        while (cursor.at < end) {
            int start = cursor.at;
            Keyword keyword = cursor.keyword();
            if (keyword == FOR) {
                lock();
            } else if (keyword == ORDER || keyword == LIMIT || keyword == OFFSET || keyword == FETCH) {
                cursor.at++;
                if (keyword == ORDER) {
                    cursor.expect(BY);
                }
                ExpressionReader.list(cursor, context, end);
                dropFlat(start);
            } else {
                return;
            }
        }
    }

    /** Without a parenthesis a clause holds neither query nor call, and JSqlParser takes it in some places only. */
    private void dropFlat(int start) {
        if (isFlat(start, cursor.at)) {
            reading.drop(start, cursor.at);
        }
    }

    private boolean isFlat(int from, int to) {
        for (int token = from; token < to; token++) {
            if (cursor.isAt(token, TokenKind.LEFT_PARENTHESIS)) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@code FOR UPDATE OF t SKIP LOCKED}, which names aliases only; left out for JSqlParser, who knows one of them.
     */
    private void lock() {
        int start = cursor.at++;
        if (cursor.accept(READ)) {
            cursor.expect(ONLY);
        } else {
            reading.locks = true;
            if (cursor.accept(NO)) {
                cursor.expect(KEY);
                cursor.expect(UPDATE);
            } else if (cursor.accept(KEY)) {
                cursor.expect(SHARE);
            } else if (!cursor.accept(UPDATE)) {
                cursor.expect(SHARE);
            }
            if (cursor.accept(OF)) {
                do {
                    Path.qualified(cursor);
                } while (cursor.accept(TokenKind.COMMA));
            }
            if (cursor.accept(SKIP)) {
                cursor.expect(LOCKED);
            } else {
                cursor.accept(NOWAIT);
            }
        }
        reading.drop(start, cursor.at);
    }
}
