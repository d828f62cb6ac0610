package io.pgproxy.hook.ready.documents;

import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.ready.StatementRules;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.util.regex.Pattern;

/** A reporting tool reads, and leaves the log alone. */
public final class Rules {
    private Rules() {}

    public static QueryHook hook() {
        return StatementRules.builder()
                .allow(StatementFamily.READ, StatementFamily.SHOW, StatementFamily.SET, StatementFamily.TRANSACTION)
                .allow(StatementKind.EXPLAIN)
                .deny("the log is not for reports", Pattern.compile("\\baudit_log\\b"))
                .denyCopy()
                .build();
    }
}
