package io.pgproxy.sql;

import io.pgproxy.sql.lexer.LexicalProblem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects {@link Facts}; not thread-safe. */
public final class FactsBuilder {
    StatementKind kind;
    Access access;
    InBlock inBlock;
    boolean where;

    @Nullable
    String soleCall;

    List<FunctionName> functions = List.of();
    List<SessionEffect> effects = List.of();

    @Nullable
    TransactionControl transaction;

    @Nullable
    Copy copy;

    @Nullable
    Facts inner;

    @Nullable
    LexicalProblem problem;

    FactsBuilder(StatementKind kind) {
        this.kind = kind;
        access = kind.access();
        inBlock = kind.inBlock();
    }

    /**
     * Sets {@link Facts#access}.
     *
     * @param newAccess what it may do to data
     * @return this
     */
    public FactsBuilder access(Access newAccess) {
        access = newAccess;
        return this;
    }

    /**
     * Sets {@link Facts#inBlock}.
     *
     * @param newInBlock whether it may run in a block
     * @return this
     */
    public FactsBuilder inBlock(InBlock newInBlock) {
        inBlock = newInBlock;
        return this;
    }

    /**
     * Sets {@link Facts#hasWhere}.
     *
     * @param hasWhere whether there is a WHERE
     * @return this
     */
    public FactsBuilder where(boolean hasWhere) {
        where = hasWhere;
        return this;
    }

    /**
     * Makes {@link Facts#isCallOf} true for a name.
     *
     * @param name the function, or null for none
     * @return this
     */
    public FactsBuilder soleCall(@Nullable String name) {
        soleCall = name;
        return this;
    }

    /**
     * Sets {@link Facts#functions}.
     *
     * @param names each once
     * @return this
     */
    public FactsBuilder functions(List<FunctionName> names) {
        functions = names;
        return this;
    }

    /**
     * Adds to {@link Facts#effects}.
     *
     * @param effect one more
     * @return this
     */
    public FactsBuilder effect(SessionEffect effect) {
        if (effects.isEmpty()) {
            effects = List.of(effect);
        } else {
            List<SessionEffect> more = new ArrayList<>(effects);
            more.add(effect);
            effects = more;
        }
        return this;
    }

    /**
     * Adds to {@link Facts#effects}.
     *
     * @param more of them
     * @return this
     */
    public FactsBuilder effects(List<SessionEffect> more) {
        more.forEach(this::effect);
        return this;
    }

    /**
     * Sets {@link Facts#transaction}.
     *
     * @param control how it controls the transaction
     * @return this
     */
    public FactsBuilder transaction(TransactionControl control) {
        transaction = control;
        return this;
    }

    /**
     * Sets {@link Facts#copy}.
     *
     * @param what what it moves
     * @return this
     */
    public FactsBuilder copy(Copy what) {
        copy = what;
        return this;
    }

    /**
     * Sets {@link Facts#inner}, and nothing that follows from it.
     *
     * @param facts of the statement within
     * @return this
     */
    public FactsBuilder inner(Facts facts) {
        inner = facts;
        return this;
    }

    /**
     * Sets {@link Facts#problem}.
     *
     * @param why why the text could not be read
     * @return this
     */
    public FactsBuilder problem(LexicalProblem why) {
        problem = why;
        return this;
    }

    /**
     * The facts collected so far.
     *
     * @return facts that do not change with the builder
     */
    public Facts build() {
        return new Facts(this);
    }
}
