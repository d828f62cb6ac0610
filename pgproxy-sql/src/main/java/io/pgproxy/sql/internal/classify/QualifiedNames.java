package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.lexer.TokenKind;
import org.jspecify.annotations.Nullable;

/** {@code qualified_name} of the grammar. */
final class QualifiedNames {
    private QualifiedNames() {}

    /** The last two of the names here, a database in front of them left out; null if they cannot be read. */
    static @Nullable QualifiedName take(Cursor cursor) {
        String schema = null;
        String name = cursor.takeName();
        while (name != null && cursor.take(TokenKind.DOT)) {
            schema = name;
            name = cursor.takeLabel();
        }
        return name == null ? null : new QualifiedName(schema, name);
    }
}
