package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.OutputColumn;
import io.pgproxy.sql.structure.OutputColumn.Kind;
import io.pgproxy.sql.structure.Span;
import java.util.ArrayList;
import java.util.List;

/** Reads the list of SELECT or RETURNING. */
final class TargetReader {
    private TargetReader() {}

    /** Reads at least one expression, up to the next clause. */
    static List<OutputColumn> read(Cursor cursor, Context context, int end) {
        List<OutputColumn> columns = new ArrayList<>();
        do {
            int start = cursor.at;
            ExpressionReader expression = ExpressionReader.one(cursor, context, end);
            if (cursor.at == start) {
                throw cursor.unread();
            }
            columns.add(column(cursor, expression, start));
        } while (cursor.at < end && cursor.accept(TokenKind.COMMA));
        return columns;
    }

    private static OutputColumn column(Cursor cursor, ExpressionReader expression, int start) {
        Span span = cursor.reading.span(start, cursor.at);
        int label = expression.label();
        String name = label < 0 ? null : Names.name(cursor.tokens, label);
        if (label < 0 && cursor.at == start + 1 && cursor.isOperator(start, '*')) {
            return new OutputColumn(Kind.STAR, null, null, null, span);
        }
        Path path = expression.onlyPath();
        if (path != null && path.star()) {
            return new OutputColumn(Kind.STAR, null, path.qualifier(), null, span);
        }
        if (path != null) {
            return new OutputColumn(
                    Kind.REFERENCE, name == null ? path.name() : name, path.qualifier(), path.name(), span);
        }
        if (label < 0 && cursor.isOperator(cursor.at - 1, '*')) {
            return new OutputColumn(Kind.COMPOSITE_STAR, null, null, null, span);
        }
        if (name == null && expression.isOnlyCall()) {
            name = expression.callee().name();
        }
        return new OutputColumn(Kind.EXPRESSION, name, null, null, span);
    }
}
