package io.pgproxy.hook.ready;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One rule of a list. Rules by kind and family cover a statement part by part, the others as a whole; what cannot be
 * decided is denied and not allowed.
 */
sealed interface StatementRule {
    /** What the client is told. */
    String name();

    boolean denies(JudgedStatement statement);

    /** Whether it allows the statement with all that it holds. */
    default boolean allows(JudgedStatement statement) {
        return false;
    }

    /** Whether it covers one part: a statement or one that it holds. */
    default boolean covers(Facts part) {
        return false;
    }

    /** Whether it covers a change of rows that stands within a statement. */
    default boolean covers(StatementKind change) {
        return false;
    }

    record OfKind(StatementKind kind) implements StatementRule {
        @Override
        public String name() {
            return JudgedStatement.name(kind) + " is denied";
        }

        @Override
        public boolean denies(JudgedStatement statement) {
            return statement.hasPartOf(this);
        }

        @Override
        public boolean covers(Facts part) {
            return part.kind() == kind;
        }

        @Override
        public boolean covers(StatementKind change) {
            return change == kind;
        }
    }

    record OfFamily(StatementFamily family) implements StatementRule {
        @Override
        public String name() {
            return "statements of the family " + family.name().toLowerCase(Locale.ROOT) + " are denied";
        }

        @Override
        public boolean denies(JudgedStatement statement) {
            return statement.hasPartOf(this);
        }

        @Override
        public boolean covers(Facts part) {
            return part.family() == family;
        }

        @Override
        public boolean covers(StatementKind change) {
            return change.family() == family;
        }
    }

    record OfText(String name, Pattern pattern) implements StatementRule {
        @Override
        public boolean denies(JudgedStatement statement) {
            return BoundedMatch.find(pattern, statement.text()) != BoundedMatch.NO;
        }

        @Override
        public boolean allows(JudgedStatement statement) {
            return BoundedMatch.matches(pattern, statement.text()) == BoundedMatch.YES;
        }
    }

    record OfFingerprint(Fingerprint fingerprint) implements StatementRule {
        @Override
        public String name() {
            return "the fingerprint " + fingerprint + " is denied";
        }

        @Override
        public boolean denies(JudgedStatement statement) {
            return statement.fingerprint().equals(fingerprint);
        }

        @Override
        public boolean allows(JudgedStatement statement) {
            return denies(statement);
        }
    }
}
