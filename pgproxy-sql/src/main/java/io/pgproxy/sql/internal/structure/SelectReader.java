package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.internal.structure.QueryReader.Result;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.OutputColumn;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.QueryLevel.Kind;
import io.pgproxy.sql.structure.QueryLevel.Place;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.RelationUse;
import io.pgproxy.sql.structure.Span;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a SELECT from its list to WINDOW. */
final class SelectReader {
    private static final Set<Keyword> TABLE_FORMS = EnumSet.of(TEMPORARY, TEMP, UNLOGGED, LOCAL, GLOBAL);

    private final Cursor cursor;
    private final Reading reading;
    private final Context around;

    SelectReader(Cursor cursor, Context around) {
        this.cursor = cursor;
        this.reading = cursor.reading;
        this.around = around;
    }

    Result read(Place place, int end) {
        int first = cursor.at;
        int level = reading.openLevel(around.level(), place, Kind.SELECT, first);
        Context context = new Context(around.queries(), level, around.scope());
        cursor.expect(SELECT);
        distinct(context);
        int targetsStart = cursor.at;
        List<OutputColumn> columns = targets(context, first, end);
        Span targets = span(targetsStart);
        if (cursor.is(INTO)) {
            into(level);
        }
        Span from = null;
        if (cursor.at < end && cursor.accept(FROM)) {
            int start = cursor.at;
            new FromReader(cursor, context).list(end);
            from = span(start);
        }
        Span where = condition(WHERE, context, end);
        groupBy(context, end);
        condition(HAVING, context, end);
        if (cursor.at < end && cursor.accept(WINDOW)) {
            ExpressionReader.list(cursor, context, end);
        }
        reading.levels.set(
                level,
                new QueryLevel(
                        around.level(), place, Kind.SELECT, reading.span(first, cursor.at), targets, from, where));
        return new Result(level, columns);
    }

    private @Nullable Span span(int start) {
        return cursor.at > start ? reading.span(start, cursor.at) : null;
    }

    private void distinct(Context context) {
        if (cursor.is(ALL)) {
            reading.mark(cursor.at++, Mark.DROP);
        } else if (cursor.accept(DISTINCT) && cursor.accept(ON)) {
            if (!cursor.is(TokenKind.LEFT_PARENTHESIS)) {
                throw cursor.unread();
            }
            ExpressionReader.inner(cursor, context);
        }
    }

    private List<OutputColumn> targets(Context context, int select, int end) {
        Keyword keyword = cursor.keyword();
        if (cursor.at >= end || (keyword != null && Words.CLAUSES.contains(keyword))) {
            reading.mark(select, Mark.EMPTY_SELECT);
            return List.of();
        }
        return TargetReader.read(cursor, context, end);
    }

    /** {@code INTO TEMPORARY TABLE t}, left out for JSqlParser but for the name. */
    private void into(int level) {
        int start = cursor.at++;
        if (cursor.isAny(TABLE_FORMS) && !atName(cursor.at)) {
            cursor.at++;
            if (cursor.isAny(TABLE_FORMS) && !atName(cursor.at)) {
                cursor.at++;
            }
        }
        cursor.accept(TABLE);
        Path path = Path.qualified(cursor);
        Span name = reading.span(path.first(), path.behind());
        reading.writes = true;
        reading.drop(start, cursor.at);
        reading.addUnparsedRelation(new Relation(
                path.qualifier(),
                path.name(),
                name,
                name,
                RelationUse.CREATE,
                null,
                List.of(),
                false,
                false,
                -1,
                level));
    }

    /** Whether the word here is the table's name: nothing that may be one stands behind it. */
    private boolean atName(int token) {
        return !cursor.isAt(token + 1, TABLE)
                && (token + 1 >= cursor.last || !Words.isColumnName(cursor.tokens, token + 1));
    }

    private @Nullable Span condition(Keyword keyword, Context context, int end) {
        if (cursor.at >= end || !cursor.accept(keyword)) {
            return null;
        }
        int start = cursor.at;
        ExpressionReader.list(cursor, context, end);
        return span(start);
    }

    private void groupBy(Context context, int end) {
        if (cursor.at < end && cursor.accept(GROUP)) {
            cursor.expect(BY);
            if (cursor.is(ALL) || cursor.is(DISTINCT)) {
                reading.mark(cursor.at++, Mark.DROP);
            }
            ExpressionReader.groupBy(cursor, context, end);
        }
    }
}
