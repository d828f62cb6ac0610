package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Discarded.What;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import org.jspecify.annotations.Nullable;

/** {@code DiscardStmt}, {@code ListenStmt}, {@code UnlistenStmt}, {@code NotifyStmt} of the grammar. */
final class SessionStatements {
    private SessionStatements() {}

    static Facts classify(Keyword first, Cursor cursor) {
        cursor.skip();
        Facts facts = switch (first) {
            case DISCARD -> discard(cursor);
            case LISTEN -> listen(cursor);
            case UNLISTEN -> unlisten(cursor);
            case NOTIFY -> notify(cursor);
            default -> null;
        };
        return facts != null && cursor.atEnd() ? facts : Facts.unknown();
    }

    private static @Nullable Facts discard(Cursor cursor) {
        Keyword what = cursor.keyword();
        if (what == null) {
            return null;
        }
        cursor.skip();
        return switch (what) {
            case ALL -> with(StatementKind.DISCARD_ALL, new SessionEffect.Discarded(What.ALL));
            case PLANS -> with(StatementKind.DISCARD, new SessionEffect.Discarded(What.PLANS));
            case SEQUENCES -> with(StatementKind.DISCARD, new SessionEffect.Discarded(What.SEQUENCES));
            case TEMP, TEMPORARY -> with(StatementKind.DISCARD, new SessionEffect.Discarded(What.TEMP));
            default -> null;
        };
    }

    private static @Nullable Facts listen(Cursor cursor) {
        String channel = cursor.takeName();
        return channel == null ? null : with(StatementKind.LISTEN, new SessionEffect.Listening(channel));
    }

    private static @Nullable Facts unlisten(Cursor cursor) {
        if (cursor.takeOperator('*')) {
            return with(StatementKind.UNLISTEN, new SessionEffect.AllUnlistened());
        }
        String channel = cursor.takeName();
        return channel == null ? null : with(StatementKind.UNLISTEN, new SessionEffect.Unlistened(channel));
    }

    private static @Nullable Facts notify(Cursor cursor) {
        String channel = cursor.takeName();
        boolean read = channel != null && (!cursor.take(TokenKind.COMMA) || cursor.takeString());
        return read && channel != null ? with(StatementKind.NOTIFY, new SessionEffect.Notified(channel)) : null;
    }

    private static Facts with(StatementKind kind, SessionEffect effect) {
        return Facts.builder(kind).effect(effect).build();
    }
}
