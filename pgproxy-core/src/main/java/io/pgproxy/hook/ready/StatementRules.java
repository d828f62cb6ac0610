package io.pgproxy.hook.ready;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lists of statements that are denied and allowed: by kind, by family, by a pattern, by fingerprint. What a list
 * refuses gets 42501 with the name of the rule and never reaches an upstream. Immutable; any thread.
 *
 * <p>Denials come first. If there is any rule that allows, a statement needs one of them: transactions and settings
 * too, which drivers use without being asked to ({@link StatementFamily#TRANSACTION}, {@link StatementFamily#SET}). An
 * empty statement passes.
 *
 * <p>EXPLAIN, PREPARE, DECLARE, COPY of a query and CREATE TABLE AS are judged together with what they hold: a kind
 * that is denied is denied there too, and both have to be allowed. A statement that changes rows counts as INSERT,
 * UPDATE, DELETE and MERGE as well if that word stands anywhere in it, as in {@code WITH d AS (DELETE …) INSERT …} and
 * {@code ON CONFLICT DO UPDATE}.
 *
 * <p>Statements of which the kind is not known, and calls by FunctionCall, are refused unless
 * {@link Builder#allowUnknown} says otherwise. What functions, triggers, rules and DO blocks do is not seen: a list is
 * no substitute for the rights of the upstream's role.
 *
 * <pre>{@code
 * QueryHook rules = StatementRules.builder()
 *         .deny(StatementKind.TRUNCATE, StatementKind.DROP_TABLE)
 *         .deny("no full reads of the log", Pattern.compile("^select \\* from log$"))
 *         .build();
 * }</pre>
 */
public final class StatementRules implements AnswerHook, AdmitHook {
    private static final Verdict<Answer> NOT_EXTENDED =
            Verdict.reject(SqlState.FEATURE_NOT_SUPPORTED, "the extended query protocol is not permitted here");
    private static final Verdict<Answer> NO_COPY =
            Verdict.reject(SqlState.FEATURE_NOT_SUPPORTED, "COPY is not permitted here");
    private static final Verdict<Terms> NO_FUNCTION_CALL =
            Verdict.reject(SqlState.INSUFFICIENT_PRIVILEGE, "function calls by the protocol are not permitted");
    private static final Set<StatementFamily> COPIES =
            EnumSet.of(StatementFamily.COPY_IN, StatementFamily.COPY_OUT, StatementFamily.COPY_SERVER);

    private final List<StatementRule> denied;
    private final List<StatementRule> allowed;
    private final boolean unknownAllowed;
    private final boolean simpleOnly;
    private final boolean noCopy;

    private StatementRules(Builder builder) {
        denied = List.copyOf(builder.denied);
        allowed = List.copyOf(builder.allowed);
        unknownAllowed = builder.unknownAllowed;
        simpleOnly = builder.simpleOnly;
        noCopy = builder.noCopy;
    }

    /** {@return a builder without rules} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Verdict<Answer> answer(Statement statement) {
        if (simpleOnly && statement.form() == Statement.Form.PREPARED) {
            return NOT_EXTENDED;
        }
        if (noCopy && holdsCopy(statement.facts())) {
            return NO_COPY;
        }
        JudgedStatement judged = new JudgedStatement(statement);
        if (!unknownAllowed && judged.isUnknown()) {
            return refuse("a statement of unknown kind is not permitted");
        }
        for (StatementRule rule : denied) {
            if (rule.denies(judged)) {
                return refuse(judged.name() + " is not permitted: " + rule.name());
            }
        }
        if (!allowed.isEmpty() && !isAllowed(judged)) {
            return refuse(judged.name() + " is not permitted: no rule allows it");
        }
        return Verdict.proceed();
    }

    /** FunctionCall has no text and passes no other stage of these rules. */
    @Override
    public Verdict<Terms> admit(Execution execution) {
        boolean call = execution.statement().form() == Statement.Form.FUNCTION_CALL;
        return call && !unknownAllowed ? NO_FUNCTION_CALL : Verdict.proceed();
    }

    private boolean isAllowed(JudgedStatement judged) {
        for (StatementRule rule : allowed) {
            if (rule.allows(judged)) {
                return true;
            }
        }
        return judged.isCovered(allowed);
    }

    private static boolean holdsCopy(@Nullable Facts facts) {
        for (Facts each = facts; each != null; each = each.inner()) {
            if (COPIES.contains(each.kind().family())) {
                return true;
            }
        }
        return false;
    }

    private static Verdict<Answer> refuse(String message) {
        return Verdict.reject(SqlState.INSUFFICIENT_PRIVILEGE, message);
    }

    /** Collects rules. Not thread-safe. */
    public static final class Builder {
        private final List<StatementRule> denied = new ArrayList<>();
        private final List<StatementRule> allowed = new ArrayList<>();
        private boolean unknownAllowed;
        private boolean simpleOnly;
        private boolean noCopy;

        private Builder() {}

        /**
         * Denies kinds of statements.
         *
         * @param kinds what is denied
         * @return this
         */
        public Builder deny(StatementKind... kinds) {
            for (StatementKind kind : kinds) {
                denied.add(new StatementRule.OfKind(kind));
            }
            return this;
        }

        /**
         * Denies families of statements.
         *
         * @param families what is denied
         * @return this
         */
        public Builder deny(StatementFamily... families) {
            for (StatementFamily family : families) {
                denied.add(new StatementRule.OfFamily(family));
            }
            return this;
        }

        /**
         * Denies statements in whose normalised text a pattern is found: names as the server folds them, {@code ?} for
         * each constant, one blank where one is due. See {@link Statement#normalized}.
         *
         * <p>A search is bounded: a text longer than 8,192 characters, and one on which the pattern goes back and forth
         * for too long (as nested quantifiers do), is denied.
         *
         * @param name what the client is told
         * @param pattern is searched for
         * @return this
         */
        public Builder deny(String name, Pattern pattern) {
            denied.add(new StatementRule.OfText(name, pattern));
            return this;
        }

        /**
         * Denies statements that differ from one in constants only.
         *
         * @param fingerprint what they have in common
         * @return this
         */
        public Builder deny(Fingerprint fingerprint) {
            denied.add(new StatementRule.OfFingerprint(fingerprint));
            return this;
        }

        /**
         * Allows kinds of statements.
         *
         * @param kinds what is allowed
         * @return this
         */
        public Builder allow(StatementKind... kinds) {
            for (StatementKind kind : kinds) {
                allowed.add(new StatementRule.OfKind(kind));
            }
            return this;
        }

        /**
         * Allows families of statements.
         *
         * @param families what is allowed
         * @return this
         */
        public Builder allow(StatementFamily... families) {
            for (StatementFamily family : families) {
                allowed.add(new StatementRule.OfFamily(family));
            }
            return this;
        }

        /**
         * Allows statements whose whole normalised text matches a pattern. A text longer than 8,192 characters, and one
         * on which the pattern goes back and forth for too long, does not match.
         *
         * @param name for people
         * @param pattern has to match all of the text
         * @return this
         */
        public Builder allow(String name, Pattern pattern) {
            allowed.add(new StatementRule.OfText(name, pattern));
            return this;
        }

        /**
         * Allows statements that differ from one in constants only. What a constant says is not looked at.
         *
         * @param fingerprint what they have in common
         * @return this
         */
        public Builder allow(Fingerprint fingerprint) {
            allowed.add(new StatementRule.OfFingerprint(fingerprint));
            return this;
        }

        /**
         * Lets statements of unknown kind and calls by FunctionCall pass to the lists, where a denial by kind does not
         * see them.
         *
         * @return this
         */
        public Builder allowUnknown() {
            unknownAllowed = true;
            return this;
        }

        /**
         * Refuses Parse with 0A000: clients have to use Query.
         *
         * @return this
         */
        public Builder simpleProtocolOnly() {
            simpleOnly = true;
            return this;
        }

        /**
         * Refuses every COPY with 0A000.
         *
         * @return this
         */
        public Builder denyCopy() {
            noCopy = true;
            return this;
        }

        /** {@return the hook} */
        public StatementRules build() {
            return new StatementRules(this);
        }
    }
}
