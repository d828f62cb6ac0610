package io.pgproxy.readonly;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.LexicalProblem;
import org.jspecify.annotations.Nullable;

/** What a refused statement is called. */
final class KindWords {
    static final String NOT_UNDERSTOOD = "the statement was not understood";

    private KindWords() {}

    /** The reason for refusing a statement for what its facts say it is. */
    static Refusal refusal(Facts facts) {
        return switch (facts.kind()) {
            case EXECUTE -> new Refusal("EXECUTE names a statement that is not known", Hints.NAMED);
            case FETCH, MOVE -> new Refusal(facts.kind() + " names a cursor that is not known", Hints.NAMED);
            case EXPLAIN -> new Refusal(words(facts), Hints.EXPLAIN);
            default -> Refusal.of(words(facts));
        };
    }

    private static String words(Facts facts) {
        return switch (facts.kind()) {
            case SELECT_INTO -> "SELECT INTO";
            case SELECT_FOR_LOCK -> "FOR UPDATE, FOR SHARE and their like lock rows";
            case SELECT_WRITING -> "WITH holds a statement that writes";
            case COPY_FROM_CLIENT -> "COPY FROM";
            case COPY_FROM_SERVER -> "COPY FROM a file or program of the server";
            case COPY_TO_SERVER -> "COPY TO a file or program of the server";
            case CREATE_TABLE_AS -> "CREATE TABLE AS";
            case EXECUTE -> "EXECUTE of a statement that is not known";
            case EXPLAIN -> holding("EXPLAIN", facts);
            case PREPARE -> holding("PREPARE", facts);
            case DECLARE, DECLARE_WITH_HOLD -> holding("DECLARE", facts);
            case COPY_TO_CLIENT -> holding("COPY", facts);
            case SELECT, VALUES, TABLE, SHOW -> facts.kind() + " that is taken for a write";
            case UNKNOWN -> notUnderstood(facts.problem());
            default -> name(facts.kind());
        };
    }

    /** The first words of such a statement. */
    static String name(StatementKind kind) {
        return kind.words().isEmpty()
                ? kind.name().replace('_', ' ')
                : kind.words().get(0);
    }

    private static String holding(String outer, Facts facts) {
        Facts inner = facts.inner();
        return inner == null ? outer : outer + ": " + words(inner);
    }

    private static String notUnderstood(@Nullable LexicalProblem problem) {
        return problem == null ? NOT_UNDERSTOOD : NOT_UNDERSTOOD + " (" + problem.message() + ")";
    }
}
