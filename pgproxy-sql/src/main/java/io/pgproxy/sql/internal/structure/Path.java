package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.TokenKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names with dots between them.
 *
 * @param names folded
 * @param first the token of the first name
 * @param behind the token behind the last name
 * @param star whether a star stands for the last name
 */
record Path(List<String> names, int first, int behind, boolean star) {
    /** Reads the names that begin here; {@code a.*} is one too. */
    static Path read(Cursor cursor) {
        int first = cursor.at;
        List<String> names = new ArrayList<>(2);
        names.add(cursor.name());
        while (cursor.is(TokenKind.DOT)) {
            cursor.at++;
            if (cursor.isOperator(cursor.at, '*')) {
                cursor.at++;
                return new Path(names, first, cursor.at, true);
            }
            names.add(cursor.name());
        }
        return new Path(names, first, cursor.at, false);
    }

    /** The name of a relation or function: a name or schema.name; a database before it is not understood. */
    static Path qualified(Cursor cursor) {
        Path path = read(cursor);
        if (path.star || path.names.size() > 2) {
            throw cursor.unread();
        }
        return path;
    }

    String name() {
        return names.get(names.size() - 1);
    }

    /** What stands before the last name, or null. */
    @Nullable
    String qualifier() {
        int before = names.size() - (star ? 1 : 2);
        return before < 0 ? null : names.get(before);
    }
}
