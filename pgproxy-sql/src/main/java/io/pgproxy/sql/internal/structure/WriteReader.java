package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.internal.structure.QueryReader.Result;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.OutputColumn;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.QueryLevel.Kind;
import io.pgproxy.sql.structure.QueryLevel.Place;
import io.pgproxy.sql.structure.RelationUse;
import io.pgproxy.sql.structure.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads INSERT, UPDATE, DELETE, MERGE and TRUNCATE. The target is a stored relation even where a common table has its
 * name.
 */
final class WriteReader {
    private final Cursor cursor;
    private final Reading reading;
    private final Context around;
    private @Nullable Span from;
    private @Nullable Span where;

    WriteReader(Cursor cursor, Context around) {
        this.cursor = cursor;
        this.reading = cursor.reading;
        this.around = around;
    }

    Result statement(Place place, int end) {
        int first = cursor.at;
        Kind kind = cursor.is(INSERT)
                ? Kind.INSERT
                : cursor.is(UPDATE) ? Kind.UPDATE : cursor.is(DELETE) ? Kind.DELETE : Kind.MERGE;
        cursor.at++;
        reading.writes = true;
        int level = reading.openLevel(around.level(), place, kind, first);
        Context context = new Context(around.queries(), level, around.scope());
        switch (kind) {
            case INSERT -> insert(context, end);
            case UPDATE -> update(context, end);
            case DELETE -> delete(context, end);
            default -> merge(context, end);
        }
        Span targets = null;
        List<OutputColumn> columns = List.of();
        if (cursor.at < end && cursor.accept(RETURNING)) {
            int start = cursor.at;
            columns = TargetReader.read(cursor, context, end);
            targets = reading.span(start, cursor.at);
        }
        reading.levels.set(
                level,
                new QueryLevel(around.level(), place, kind, reading.span(first, cursor.at), targets, from, where));
        return new Result(level, columns);
    }

    /** TRUNCATE, which stands nowhere but at the beginning. */
    Result truncate() {
        int first = cursor.at;
        reading.writes = true;
        reading.mark(cursor.at++, Mark.TRUNCATE);
        if (cursor.is(TABLE)) {
            reading.mark(cursor.at++, Mark.DROP);
        }
        int level = reading.openLevel(around.level(), Place.STATEMENT, Kind.TRUNCATE, first);
        Context context = new Context(around.queries(), level, around.scope());
        do {
            target(context, RelationUse.TRUNCATE);
        } while (cursor.accept(TokenKind.COMMA));
        int words = cursor.at;
        if (cursor.accept(RESTART) || cursor.accept(CONTINUE)) {
            cursor.expect(IDENTITY);
        }
        if (!cursor.accept(CASCADE)) {
            cursor.accept(RESTRICT);
        }
        reading.drop(words, cursor.at);
        Span span = reading.span(first, cursor.at);
        reading.levels.set(
                level, new QueryLevel(around.level(), Place.STATEMENT, Kind.TRUNCATE, span, null, null, null));
        return new Result(level, List.of());
    }

    private void target(Context context, RelationUse use) {
        new FromReader(cursor, context).relation(cursor.at, use);
    }

    private void insert(Context context, int end) {
        cursor.expect(INTO);
        target(context, RelationUse.INSERT);
        if (cursor.is(TokenKind.LEFT_PARENTHESIS) && !cursor.brackets.holdsQuery(cursor.at)) {
            ExpressionReader.inner(cursor, context);
        }
        if (cursor.is(OVERRIDING)) {
            int start = cursor.at++;
            if (!cursor.accept(USER)) {
                cursor.expect(SYSTEM);
            }
            cursor.expect(VALUE);
            reading.drop(start, cursor.at);
        }
        if (cursor.accept(DEFAULT)) {
            cursor.expect(VALUES);
        } else {
            source(context, end);
        }
        if (cursor.is(ON)) {
            onConflict(context, end);
        }
    }

    /** The rows of an INSERT, in which the target is not visible. */
    private void source(Context context, int end) {
        Context outside = new Context(context.queries(), context.level(), context.scope());
        context.queries().query(outside, Place.SOURCE, end);
    }

    private void onConflict(Context context, int end) {
        cursor.expect(ON);
        cursor.expect(CONFLICT);
        if (cursor.accept(ON)) {
            cursor.expect(CONSTRAINT);
            cursor.name();
        } else if (!cursor.is(DO)) {
            ExpressionReader.list(cursor, context, end);
            if (cursor.accept(WHERE)) {
                ExpressionReader.list(cursor, context, end);
            }
        }
        cursor.expect(DO);
        if (cursor.accept(UPDATE)) {
            cursor.expect(SET);
            ExpressionReader.list(cursor, context, end);
            where(context, end);
        } else {
            cursor.expect(NOTHING);
        }
    }

    private void update(Context context, int end) {
        target(context, RelationUse.UPDATE);
        cursor.expect(SET);
        ExpressionReader.list(cursor, context, end);
        if (cursor.at < end && cursor.accept(FROM)) {
            from(context, end);
        }
        where(context, end);
    }

    private void delete(Context context, int end) {
        cursor.expect(FROM);
        target(context, RelationUse.DELETE);
        if (cursor.at < end && cursor.accept(USING)) {
            from(context, end);
        }
        where(context, end);
    }

    private void from(Context context, int end) {
        int start = cursor.at;
        new FromReader(cursor, context).list(end);
        from = reading.span(start, cursor.at);
    }

    private void where(Context context, int end) {
        if (cursor.at < end && cursor.accept(WHERE)) {
            int start = cursor.at;
            ExpressionReader.list(cursor, context, end);
            if (cursor.at == start) {
                throw cursor.unread();
            }
            where = reading.span(start, cursor.at);
        }
    }

    private void merge(Context context, int end) {
        cursor.expect(INTO);
        target(context, RelationUse.MERGE);
        cursor.expect(USING);
        int start = cursor.at;
        new FromReader(cursor, context).joined(end);
        from = reading.span(start, cursor.at);
        cursor.expect(ON);
        ExpressionReader.list(cursor, context, end);
        while (cursor.at < end && cursor.accept(WHEN)) {
            matched(context, end);
            cursor.expect(THEN);
            mergeAction(context, end);
        }
    }

    /** {@code [NOT] MATCHED [BY SOURCE] [AND condition]}. */
    private void matched(Context context, int end) {
        cursor.accept(NOT);
        cursor.expect(MATCHED);
        if (cursor.accept(BY)) {
            cursor.at++;
        }
        if (cursor.accept(AND)) {
            ExpressionReader.list(cursor, context, end);
        }
    }

    private void mergeAction(Context context, int end) {
        if (cursor.accept(DO)) {
            cursor.expect(NOTHING);
        } else if (cursor.accept(UPDATE)) {
            cursor.expect(SET);
            ExpressionReader.list(cursor, context, end);
        } else if (cursor.accept(INSERT)) {
            ExpressionReader.list(cursor, context, end);
        } else {
            cursor.expect(DELETE);
        }
    }
}
