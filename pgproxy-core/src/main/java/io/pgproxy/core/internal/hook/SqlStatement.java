package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Answer;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Comment;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A statement of a client, and what its hooks have made of it. */
final class SqlStatement implements Statement {
    private final HookSession session;
    private final @Nullable AnalyzedStatement analyzed;
    private final @Nullable AnalyzedStatement asSent;
    private final Form form;
    private final List<Integer> parameterTypes;
    private final Generation generation;
    private Facts facts;
    private @Nullable Effects effects;
    private @Nullable Answer answer;
    private String answeredBy = "";
    private @Nullable String given;
    private @Nullable String text;
    private @Nullable RowShape shape;
    private @Nullable PgError unshapable;
    private @Nullable PgError unprepared;
    private @Nullable List<Integer> describedTypes;
    private @Nullable Served served;
    private boolean owed;
    private boolean bySql;

    SqlStatement(
            HookSession session,
            @Nullable AnalyzedStatement analyzed,
            Form form,
            List<Integer> parameterTypes,
            Generation generation) {
        this(session, analyzed, analyzed, form, parameterTypes, generation);
    }

    private SqlStatement(
            HookSession session,
            @Nullable AnalyzedStatement analyzed,
            @Nullable AnalyzedStatement asSent,
            Form form,
            List<Integer> parameterTypes,
            Generation generation) {
        this.session = session;
        this.analyzed = analyzed;
        this.asSent = asSent;
        this.form = form;
        this.parameterTypes = parameterTypes;
        this.generation = generation;
        this.facts = analyzed != null ? analyzed.facts() : form == Form.FUNCTION_CALL ? Facts.unknown() : Facts.empty();
    }

    /** The same statement with another text. */
    private SqlStatement rewritten(AnalyzedStatement text, String given) {
        SqlStatement changed = new SqlStatement(session, text, asSent, form, parameterTypes, generation);
        changed.given = given;
        changed.served = served;
        changed.owed = owed;
        changed.bySql = bySql;
        return changed;
    }

    /**
     * The same statement with a text that a hook wants.
     *
     * @throws IllegalStateException if that is not one statement
     */
    SqlStatement withText(String sql) {
        if (sql.equals(sql())) {
            return this;
        }
        SqlAnalysis analysis = session.engine().analyzer().analyze(sql);
        if (analysis.problem() != null || analysis.statements().size() != 1) {
            throw new IllegalStateException("a hook has rewritten a statement into something else than one");
        }
        return rewritten(analysis.statements().get(0), sql);
    }

    /** The same statement as it came, to be looked at by other hooks, or by the same ones again. */
    SqlStatement renewed(Generation later) {
        SqlStatement renewed = new SqlStatement(session, asSent, form, parameterTypes, later);
        renewed.served = served;
        renewed.owed = owed;
        return bySql ? renewed.named() : renewed;
    }

    /** Of which chain these are the verdicts. */
    Generation generation() {
        return generation;
    }

    boolean isEmpty() {
        return analyzed == null && form != Form.FUNCTION_CALL;
    }

    @Nullable
    AnalyzedStatement analyzed() {
        return analyzed;
    }

    boolean isRewritten() {
        return analyzed != asSent;
    }

    @Override
    public boolean wasRewritten() {
        return isRewritten();
    }

    void know(Facts stricter) {
        facts = stricter;
        effects = null;
    }

    /** What those behind it have to reckon with. */
    Effects effects() {
        Effects known = effects;
        if (known == null) {
            known = Effects.of(facts);
            effects = known;
        }
        return known;
    }

    void claim(Answer by, String hook) {
        answer = by;
        answeredBy = hook;
        facts = Facts.builder(StatementKind.SELECT).build();
        effects = null;
    }

    /** What the proxy answers it with; null if an upstream does. */
    @Nullable
    Answer answer() {
        return answer;
    }

    String answeredBy() {
        return answeredBy;
    }

    /** Its columns and how rows change, once they are known. */
    @Nullable
    RowShape shape() {
        return shape;
    }

    void shape(RowShape known) {
        shape = known;
    }

    /** The upstream has not taken its Parse; null if something before that has failed. */
    void unprepared(@Nullable PgError why) {
        unprepared = why;
    }

    /** Why the upstream did not take its Parse, once it has said so. */
    @Nullable
    PgError unprepared() {
        return unprepared;
    }

    /** The types of its parameters, as the upstream has described them; null while it has not. */
    @Nullable
    List<Integer> describedTypes() {
        return describedTypes;
    }

    void describedTypes(List<Integer> types) {
        describedTypes = types;
    }

    /** What its last execution was served with; null if none was. */
    @Nullable
    Served served() {
        return served;
    }

    void served(Served by) {
        served = by;
    }

    boolean isServedIn(long exchange) {
        return served != null && served.exchange() == exchange;
    }

    /** Whether the client was told that it is prepared, and no upstream was asked to. */
    boolean isOwed() {
        return owed;
    }

    void owed(boolean owes) {
        owed = owes;
    }

    /** Its transforms have failed: its rows must not pass. */
    void unshapable(PgError why) {
        unshapable = why;
    }

    @Nullable
    PgError unshapable() {
        return unshapable;
    }

    /** What PREPARE or DECLARE makes of what it holds: it runs by that name later. */
    SqlStatement named() {
        SqlStatement named = new SqlStatement(session, analyzed, asSent, form, parameterTypes, generation);
        Facts inner = facts.inner();
        named.facts = inner == null
                ? Facts.unknown()
                : inner.toBuilder()
                        .access(Access.stricter(inner.access(), facts.access()))
                        .build();
        named.bySql = true;
        return named;
    }

    /** Whether PREPARE or DECLARE has made it: no message can. */
    boolean isMadeBySql() {
        return bySql;
    }

    @Override
    public HookSession session() {
        return session;
    }

    @Override
    public String original() {
        return asSent == null ? "" : asSent.sql();
    }

    @Override
    public String sql() {
        if (given != null) {
            return given; // with the comments around it: a hook may have put them there
        }
        String read = text;
        if (read == null) {
            read = analyzed == null ? "" : analyzed.sql();
            text = read; // what is prepared runs again and again
        }
        return read;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public Fingerprint fingerprint() {
        return analyzed == null ? new Fingerprint(0, 0) : analyzed.fingerprint();
    }

    @Override
    public String normalized() {
        return analyzed == null ? "" : analyzed.normalized();
    }

    @Override
    public List<Comment> leadingComments() {
        return asSent == null ? List.of() : asSent.leadingComments();
    }

    @Override
    public List<Comment> trailingComments() {
        return asSent == null ? List.of() : asSent.trailingComments();
    }

    @Override
    public Form form() {
        return form;
    }

    @Override
    public List<Integer> parameterTypes() {
        return parameterTypes;
    }

    @Override
    public CompletionStage<SqlTree> tree() {
        return analyzed == null
                ? CompletableFuture.completedStage(new UnknownTree(UnknownTree.Reason.NO_QUERY, 0))
                : analyzed.tree();
    }

    /** {@return the kind and what it does; nothing of the text} */
    @Override
    public String toString() {
        return facts.toString();
    }
}
