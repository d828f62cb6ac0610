package io.pgproxy.sql;

import io.pgproxy.sql.lexer.LexicalProblem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one statement from its text alone, without a catalogue. Immutable, and independent of the text it
 * was made from. What was not understood is {@link StatementKind#UNKNOWN}, never a guess.
 */
public final class Facts {
    private static final Facts EMPTY = builder(StatementKind.EMPTY).build();
    private static final Facts UNKNOWN = unknownBuilder().build();
    private static final Facts[] UNREADABLE = unreadable();

    private final StatementKind kind;
    private final Access access;
    private final InBlock inBlock;
    private final boolean where;
    private final @Nullable String soleCall;
    private final List<FunctionName> functions;
    private final List<SessionEffect> effects;
    private final @Nullable TransactionControl transaction;
    private final @Nullable Copy copy;
    private final @Nullable Facts inner;
    private final @Nullable LexicalProblem problem;

    Facts(FactsBuilder builder) {
        kind = builder.kind;
        access = builder.access;
        inBlock = builder.inBlock;
        where = builder.where;
        soleCall = builder.soleCall;
        functions = List.copyOf(builder.functions);
        effects = List.copyOf(builder.effects);
        transaction = builder.transaction;
        copy = builder.copy;
        inner = builder.inner;
        problem = builder.problem;
    }

    /**
     * The facts of a statement without any token.
     *
     * @return a constant
     */
    public static Facts empty() {
        return EMPTY;
    }

    /**
     * The facts of a statement that was not understood.
     *
     * @return a constant
     */
    public static Facts unknown() {
        return UNKNOWN;
    }

    /**
     * The facts of a text that could not be read to its end.
     *
     * @param problem why
     * @return a constant
     */
    @SuppressWarnings("EnumOrdinal") // an index, within one run
    public static Facts unreadable(LexicalProblem problem) {
        return UNREADABLE[problem.ordinal()];
    }

    /**
     * To make facts of one's own.
     *
     * @param kind the kind, which presets access and use in a block
     * @return a builder without anything else
     */
    public static FactsBuilder builder(StatementKind kind) {
        return new FactsBuilder(kind);
    }

    private static FactsBuilder unknownBuilder() {
        return builder(StatementKind.UNKNOWN).effect(new SessionEffect.Untracked());
    }

    private static Facts[] unreadable() {
        LexicalProblem[] problems = LexicalProblem.values();
        Facts[] all = new Facts[problems.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = unknownBuilder().problem(problems[i]).build();
        }
        return all;
    }

    /**
     * Which command it is.
     *
     * @return the kind
     */
    public StatementKind kind() {
        return kind;
    }

    /**
     * The family of its kind, but for two that are named by what they hold: EXPLAIN of a definition (it runs with
     * ANALYZE) is {@link StatementFamily#DDL}, COPY of a query that writes to the client is
     * {@link StatementFamily#WRITE}.
     *
     * @return the family
     */
    public StatementFamily family() {
        if (inner != null) {
            if (kind == StatementKind.EXPLAIN && inner.family() == StatementFamily.DDL) {
                return StatementFamily.DDL;
            }
            if (kind == StatementKind.COPY_TO_CLIENT && inner.family() == StatementFamily.WRITE) {
                return StatementFamily.WRITE;
            }
        }
        return kind.family();
    }

    /**
     * What it may do to data. EXPLAIN (always as if ANALYZE), PREPARE, DECLARE and COPY of a query are as their inner
     * statement; EXECUTE, FETCH and MOVE are {@link Access#BY_NAME}.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /**
     * Whether it is known to read and to do nothing else, its {@link #functions} left aside. False for statements that
     * do neither, such as SET.
     *
     * @return whether {@link #access} is {@link Access#READ}
     */
    public boolean readsOnly() {
        return access == Access.READ;
    }

    /**
     * Whether it may run in a transaction block.
     *
     * @return what the server says to it there
     */
    public InBlock inBlock() {
        return inBlock;
    }

    /**
     * Whether its main statement has a WHERE of its own, WHERE CURRENT OF included; those of sub-selects and of
     * statements in its WITH do not count, nor does that of a query in parentheses.
     *
     * @return whether there is one
     */
    public boolean hasWhere() {
        return where;
    }

    /**
     * Whether it is exactly {@code SELECT name()}: no argument, no schema, no label, whatever the case and quotes.
     *
     * @param name the function as the server folds it
     * @return whether it is
     */
    public boolean isCallOf(String name) {
        return name.equals(soleCall);
    }

    /** The function that is all of it, or null; see {@link #isCallOf}. */
    @Nullable
    String soleCall() {
        return soleCall;
    }

    /**
     * Every name that the text calls, once, in order: {@code name(}, {@code schema.name(}, quoted or not, and the forms
     * of SQL's own such as {@code COALESCE(}, {@code EXTRACT(}, {@code CURRENT_USER}, {@code COLLATION FOR} (see
     * {@link FunctionName#keyword}).
     *
     * <p>In a query nothing that is called so is left out; a name that only looks like a call may be there too, in
     * definitions and INSERT mostly. What cannot be seen in a text: functions behind operators, casts, LIKE, AT TIME
     * ZONE, column defaults, views, triggers and policies, and the attribute notation {@code SELECT t.f FROM t}.
     *
     * @return the names, not to be changed
     */
    public List<FunctionName> functions() {
        return functions;
    }

    /**
     * What it leaves in the session or takes from it, in order. The effects of what EXPLAIN, CREATE TABLE AS or COPY
     * holds are among them (EXPLAIN as if ANALYZE); those of what PREPARE or DECLARE holds come later, when it runs.
     *
     * @return the effects, not to be changed
     */
    public List<SessionEffect> effects() {
        return effects;
    }

    /**
     * How it controls the transaction.
     *
     * @return null if it does not
     */
    public @Nullable TransactionControl transaction() {
        return transaction;
    }

    /**
     * What COPY moves.
     *
     * @return null if it is no COPY
     */
    public @Nullable Copy copy() {
        return copy;
    }

    /**
     * What EXPLAIN, PREPARE, DECLARE, COPY (query), CREATE TABLE AS or CREATE MATERIALIZED VIEW holds.
     *
     * @return null if it holds no statement
     */
    public @Nullable Facts inner() {
        return inner;
    }

    /**
     * Why the text could not be read.
     *
     * @return null if it could
     */
    public @Nullable LexicalProblem problem() {
        return problem;
    }

    /**
     * The stricter of both in each point: what a hook knows can make a read a write, never the reverse. The kind stays,
     * unless the other's is {@link StatementKind#UNKNOWN}; functions and effects of both count.
     *
     * @param other what somebody else knows of the same statement
     * @return the facts to go by
     */
    public Facts stricter(Facts other) {
        if (other == this) {
            return this;
        }
        FactsBuilder both = toBuilder();
        if (other.kind == StatementKind.UNKNOWN) {
            both.kind = other.kind;
        }
        both.access = Access.stricter(access, other.access);
        both.inBlock = InBlock.stricter(inBlock, other.inBlock);
        both.where = where && other.where;
        both.soleCall = Objects.equals(soleCall, other.soleCall) ? soleCall : null;
        both.functions = union(functions, other.functions);
        both.effects = union(effects, other.effects);
        both.transaction = transaction == null ? other.transaction : transaction;
        both.copy = copy == null ? other.copy : copy;
        both.problem = problem == null ? other.problem : problem;
        if (other.inner != null) {
            both.inner = inner == null ? other.inner : inner.stricter(other.inner);
        }
        return both.build();
    }

    private static <T> List<T> union(List<T> one, List<T> other) {
        if (other.isEmpty() || other.equals(one)) {
            return one;
        }
        Set<T> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return new ArrayList<>(all);
    }

    /**
     * To make others like these.
     *
     * @return a builder with all of them
     */
    public FactsBuilder toBuilder() {
        FactsBuilder builder = new FactsBuilder(kind);
        builder.access = access;
        builder.inBlock = inBlock;
        builder.where = where;
        builder.soleCall = soleCall;
        builder.functions = functions;
        builder.effects = effects;
        builder.transaction = transaction;
        builder.copy = copy;
        builder.inner = inner;
        builder.problem = problem;
        return builder;
    }

    /** {@return the kind and what it does; no value of the text} */
    @Override
    public String toString() {
        String what = kind + " " + access;
        return inner == null ? what : what + " (" + inner + ")";
    }
}
