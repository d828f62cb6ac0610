package io.pgproxy.audit;

import io.pgproxy.hook.Statement;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Texts as an audit shows them. An event loop takes the text alone; it is normalised on the audit's thread, for that
 * takes as long as the text is long.
 */
final class ShownTexts implements AutoCloseable {
    private static final int MOST_KNOWN = 1000;
    private static final int LONGEST_KNOWN = 1000;
    private static final String UNREADABLE = "unreadable";

    private final AuditText mode;
    private final SqlAnalyzer analyzer =
            SqlAnalyzer.builder().rememberedBytes(0).build();
    private final Map<String, String> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_KNOWN;
        }
    };

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
        if (sql.length() > LONGEST_KNOWN) {
            return normalized(sql);
        }
        String text = known.get(sql);
        if (text == null) {
            text = normalized(sql);
            known.put(sql, text);
        }
        return text;
    }

    private String normalized(String sql) {
        try {
            return analyzer.analyze(sql).statements().stream()
                    .map(AnalyzedStatement::normalized)
                    .collect(Collectors.joining("; "));
        } catch (RuntimeException | StackOverflowError e) {
            return UNREADABLE; // nobody is to get rid of a record by what he writes
        }
    }

    @Override
    public void close() {
        analyzer.close();
    }
}
