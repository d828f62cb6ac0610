package io.pgproxy.readonly;

import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.CursorMoved;
import io.pgproxy.sql.SessionEffect.StatementExecuted;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL itself says to a statement that is refused because it cannot be right: a slip of the client should
 * not read as an attempt to write. The statement is refused all the same, and never reaches the server: a newer one may
 * know the word.
 */
final class ServerErrors {
    private static final Set<String> FIRST_WORDS = Arrays.stream(StatementKind.values())
            .flatMap(kind -> kind.words().stream())
            .map(words -> words.split(" ", 2)[0])
            .collect(Collectors.toUnmodifiableSet());

    private ServerErrors() {}

    /** The server's error, or null if the server might take the statement. */
    static @Nullable PgError of(Statement statement) {
        Facts facts = statement.facts();
        return switch (facts.kind()) {
            case UNKNOWN -> facts.problem() == null ? unknownWord(statement) : lexical(facts.problem());
            case EXECUTE, FETCH, MOVE -> unknownName(facts);
            default -> null;
        };
    }

    private static @Nullable PgError lexical(LexicalProblem problem) {
        if (problem.isTooComplex()) {
            return null;
        }
        return PgError.of(
                switch (problem) {
                    case UNSAFE_UNICODE_STRING -> SqlState.FEATURE_NOT_SUPPORTED;
                    case ZERO_BYTE -> SqlState.PROTOCOL_VIOLATION;
                    case INVALID_UTF8 -> SqlState.CHARACTER_NOT_IN_REPERTOIRE;
                    default -> SqlState.SYNTAX_ERROR;
                },
                problem.message());
    }

    private static @Nullable PgError unknownWord(Statement statement) {
        Tokens tokens = TextTokens.of(statement.sql());
        if (tokens == null || tokens.count() == 0 || tokens.is(0, TokenKind.LEFT_PARENTHESIS)) {
            return null;
        }
        String word =
                new String(tokens.text(), tokens.start(0), tokens.end(0) - tokens.start(0), StandardCharsets.UTF_8);
        if (FIRST_WORDS.contains(word.toUpperCase(Locale.ROOT))) {
            return null;
        }
        return PgError.of(SqlState.SYNTAX_ERROR, "syntax error at or near \"" + word + "\"");
    }

    /** A name that is known has the facts of what it names, and another kind. */
    private static @Nullable PgError unknownName(Facts facts) {
        for (SessionEffect effect : facts.effects()) {
            if (effect instanceof StatementExecuted executed) {
                return PgError.of(
                                SqlState.INVALID_SQL_STATEMENT_NAME,
                                "prepared statement \"" + executed.name() + "\" does not exist")
                        .withHint(Hints.NAMED);
            }
            if (effect instanceof CursorMoved moved) {
                return PgError.of(SqlState.INVALID_CURSOR_NAME, "cursor \"" + moved.name() + "\" does not exist")
                        .withHint(Hints.NAMED);
            }
        }
        return null;
    }
}
