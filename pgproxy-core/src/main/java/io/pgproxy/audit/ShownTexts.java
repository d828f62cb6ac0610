package io.pgproxy.audit;

import io.pgproxy.hook.Statement;
import io.pgproxy.sql.SqlNormalizer;
import io.pgproxy.sql.lexer.LexerLimits;
import org.jspecify.annotations.Nullable;

/**
 * Texts as an audit shows them. An event loop takes the text alone; it is normalised on the audit's thread, for that
 * takes as long as the text is long.
 */
final class ShownTexts {
    private static final String UNREADABLE = "unreadable";

    private final AuditText mode;
    private final SqlNormalizer normalizer = new SqlNormalizer(LexerLimits.DEFAULT);

    ShownTexts(AuditText mode) {
        this.mode = mode;
    }

    /** On an event loop: what the record's text will be made of; null if there is none. */
    static @Nullable String taken(AuditText mode, Statement statement) {
        if (statement.form() == Statement.Form.FUNCTION_CALL) {
            return null;
        }
        return switch (mode) {
            case NORMALIZED -> statement.sql();
            case ORIGINAL -> statement.original();
            case NONE -> null;
        };
    }

    /** On the audit's thread: the text of the record. */
    String shown(String sql) {
        if (mode != AuditText.NORMALIZED) {
            return sql;
        }
        try {
            return normalizer.normalized(sql);
        } catch (RuntimeException | StackOverflowError e) {
            return UNREADABLE; // nobody is to get rid of a record by what he writes
        }
    }
}
