package io.pgproxy.hook.ready;

import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A statement as rules look at it: what it is, what it holds, and the changes of rows that stand anywhere in it. */
final class JudgedStatement {
    private static final Set<StatementKind> CHANGES =
            Set.of(StatementKind.INSERT, StatementKind.UPDATE, StatementKind.DELETE, StatementKind.MERGE);
    private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9_]+");

    private final Statement statement;
    private final List<Facts> parts = new ArrayList<>(1);
    private @Nullable String text;
    private @Nullable List<StatementKind> changes;

    JudgedStatement(Statement statement) {
        this.statement = statement;
        for (Facts part = statement.facts(); part != null; part = part.inner()) {
            parts.add(part);
        }
    }

    static String name(StatementKind kind) {
        return kind.name().replace('_', ' ');
    }

    /** What a message calls it. */
    String name() {
        return name(parts.get(0).kind());
    }

    /** The normalised text. */
    String text() {
        String known = text;
        if (known == null) {
            known = statement.normalized();
            text = known;
        }
        return known;
    }

    Fingerprint fingerprint() {
        return statement.fingerprint();
    }

    boolean isUnknown() {
        return parts.stream().anyMatch(part -> part.kind() == StatementKind.UNKNOWN);
    }

    boolean hasPartOf(StatementRule rule) {
        return parts.stream().anyMatch(rule::covers) || changes().stream().anyMatch(rule::covers);
    }

    /** Whether each part and each change is covered by some rule. */
    boolean isCovered(List<StatementRule> rules) {
        return parts.stream()
                        .allMatch(part -> part.kind() == StatementKind.EMPTY
                                || rules.stream().anyMatch(rule -> rule.covers(part)))
                && changes().stream().allMatch(change -> rules.stream().anyMatch(rule -> rule.covers(change)));
    }

    /** A word that is a column's name counts too: that is on the safe side. */
    private List<StatementKind> changes() {
        List<StatementKind> known = changes;
        if (known == null) {
            known = parts.stream().anyMatch(part -> part.kind().family() == StatementFamily.WRITE) ? find() : List.of();
            changes = known;
        }
        return known;
    }

    private List<StatementKind> find() {
        Set<String> words = new HashSet<>(Arrays.asList(NO_WORD.split(text().toLowerCase(Locale.ROOT))));
        return CHANGES.stream()
                .filter(change -> words.contains(change.name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
