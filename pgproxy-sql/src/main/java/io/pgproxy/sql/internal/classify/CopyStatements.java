package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Copy;
import io.pgproxy.sql.Copy.Direction;
import io.pgproxy.sql.Copy.Peer;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FactsBuilder;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code CopyStmt} of the grammar. */
final class CopyStatements {
    private final Preparables preparables;

    CopyStatements(Preparables preparables) {
        this.preparables = preparables;
    }

    Facts classify(Cursor cursor) {
        cursor.take(Keyword.COPY);
        Facts facts = cursor.is(TokenKind.LEFT_PARENTHESIS) ? query(cursor) : table(cursor);
        return facts == null ? Facts.unknown() : facts;
    }

    private @Nullable Facts query(Cursor cursor) {
        int open = cursor.at();
        if (!cursor.takeParentheses()) {
            return null;
        }
        Facts inner = preparables.classify(cursor.tokens(), open + 1, cursor.at() - 1);
        Peer peer = cursor.take(Keyword.TO) ? peer(cursor) : null;
        if (peer == null || inner.kind() == StatementKind.UNKNOWN || !hasOptionsOnly(cursor)) {
            return null;
        }
        StatementKind kind = kind(Direction.OUT, peer);
        return Facts.builder(kind)
                .access(Access.stricter(kind.access(), inner.access()))
                .functions(inner.functions())
                .copy(new Copy(Direction.OUT, peer, null))
                .effects(inner.effects())
                .inner(inner)
                .build();
    }

    private @Nullable Facts table(Cursor cursor) {
        cursor.take(Keyword.BINARY);
        QualifiedName relation = QualifiedNames.take(cursor);
        if (relation == null) {
            return null;
        }
        cursor.takeParentheses();
        Direction direction = direction(cursor);
        Peer peer = direction == null ? null : peer(cursor);
        if (direction == null || peer == null) {
            return null;
        }
        FactsBuilder facts = Facts.builder(kind(direction, peer)).copy(new Copy(direction, peer, relation));
        if (direction == Direction.IN) {
            // COPY FROM … WHERE has an expression.
            List<FunctionName> functions = preparables.functions(cursor.tokens(), cursor.at(), cursor.to());
            if (functions == null) {
                return null;
            }
            facts.functions(functions);
        } else if (!hasOptionsOnly(cursor)) {
            return null;
        }
        return facts.build();
    }

    /** Options are words and constants: whatever could do something is none of them. */
    private boolean hasOptionsOnly(Cursor cursor) {
        return preparables.access(cursor.tokens(), cursor.at(), cursor.to()) == Access.READ;
    }

    private static @Nullable Direction direction(Cursor cursor) {
        if (cursor.take(Keyword.FROM)) {
            return Direction.IN;
        }
        return cursor.take(Keyword.TO) ? Direction.OUT : null;
    }

    private static @Nullable Peer peer(Cursor cursor) {
        if (cursor.take(Keyword.STDIN) || cursor.take(Keyword.STDOUT)) {
            return Peer.CLIENT;
        }
        boolean program = cursor.take(Keyword.PROGRAM);
        if (!cursor.takeString()) {
            return null;
        }
        return program ? Peer.PROGRAM : Peer.FILE;
    }

    private static StatementKind kind(Direction direction, Peer peer) {
        if (peer == Peer.CLIENT) {
            return direction == Direction.IN ? StatementKind.COPY_FROM_CLIENT : StatementKind.COPY_TO_CLIENT;
        }
        return direction == Direction.IN ? StatementKind.COPY_FROM_SERVER : StatementKind.COPY_TO_SERVER;
    }
}
