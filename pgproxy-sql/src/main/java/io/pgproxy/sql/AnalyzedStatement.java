package io.pgproxy.sql;

import io.pgproxy.sql.internal.text.CanonicalForm;
import io.pgproxy.sql.internal.text.Comments;
import io.pgproxy.sql.internal.text.Normalizer;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a text: what it does, and where it stands. Immutable; what is not always needed is computed when it
 * is asked for, and may be asked for by any thread.
 */
public final class AnalyzedStatement {
    private static final int OVERHEAD = 120;
    private static final int PER_NAME = 120;
    /** Comments are looked for again by each call, and a client can send millions of empty ones. */
    private static final int LONGEST_COMMENTS = 1 << 14;

    private final SqlAnalysis analysis;
    private final int previousEnd;
    private final int start;
    private final int end;
    private final int nextStart;
    private final Facts facts;
    private volatile @Nullable Fingerprint fingerprint;
    private volatile @Nullable CompletionStage<SqlTree> tree;
    private volatile int treeWeight;

    AnalyzedStatement(SqlAnalysis analysis, int previousEnd, int start, int end, int nextStart, Facts facts) {
        this.analysis = analysis;
        this.previousEnd = previousEnd;
        this.start = start;
        this.end = end;
        this.nextStart = nextStart;
        this.facts = facts;
    }

    /** {@return what it does, from its tokens alone} */
    public Facts facts() {
        return facts;
    }

    /** {@return the offset in bytes of its first token} */
    public int start() {
        return start;
    }

    /** {@return the offset in bytes behind its last token; the semicolon is not its own} */
    public int end() {
        return end;
    }

    /** {@return its text from the first token to the last} */
    public String sql() {
        return analysis.text().string(start, end);
    }

    /**
     * {@return the comments between the statement in front and this one; none if they and the blanks there take more
     * than 16 KiB}
     */
    public List<Comment> leadingComments() {
        return comments(previousEnd, start);
    }

    /**
     * {@return the comments between its last token and its semicolon; of the last statement all that follow; none if
     * they and the blanks there take more than 16 KiB} Tools that trace by comments (sqlcommenter) write theirs there.
     */
    public List<Comment> trailingComments() {
        return comments(end, nextStart);
    }

    private List<Comment> comments(int from, int to) {
        return from == to || to - from > LONGEST_COMMENTS
                ? List.of()
                : Comments.between(analysis.text().array(), from, to);
    }

    /** {@return what it shares with statements that differ in constants only; kept once it was asked for} */
    public Fingerprint fingerprint() {
        Fingerprint known = fingerprint;
        if (known == null) {
            known = Fingerprint.of(canonicalWithKind());
            fingerprint = known;
        }
        return known;
    }

    /**
     * {@return the statement with {@code ?} for each constant, folded names, lists of constants behind IN as one, no
     * comments} Made anew by each call. Of a text that could not be read it is a fixed word, for what is a constant
     * there is not known.
     */
    public String normalized() {
        return analysis.problem() == null ? canonical().text() : "unreadable";
    }

    /**
     * What it names and where, parsed off the caller's thread unless it is remembered; kept once it is known. Offsets
     * are those of the whole text.
     *
     * @return completes normally always, with an {@link UnknownTree} if the structure is not known for whatever reason.
     *     What depends on it should hand over to another thread if it takes long
     */
    public CompletionStage<SqlTree> tree() {
        CompletionStage<SqlTree> asked = tree;
        if (asked == null) {
            CompletionStage<SqlTree> found = analysis.analyzer().tree(this);
            tree = found;
            found.thenAccept(this::keep);
            return found;
        }
        return asked;
    }

    /** A structure that was not found for want of time is looked for again when it is asked for again. */
    private void keep(SqlTree found) {
        if (found instanceof UnknownTree unknown && unknown.reason().isPassing()) {
            tree = null;
        } else {
            treeWeight = TreeWeight.of(found);
            analysis.analyzer().weighAgain(analysis);
        }
    }

    private byte[] canonicalWithKind() {
        byte[] kind = facts.kind().name().getBytes(StandardCharsets.US_ASCII);
        byte[] canonical = analysis.problem() == null
                ? canonical().bytes()
                : analysis.text().array();
        byte[] both = new byte[kind.length + 1 + canonical.length];
        System.arraycopy(kind, 0, both, 0, kind.length);
        System.arraycopy(canonical, 0, both, kind.length + 1, canonical.length);
        return both;
    }

    private CanonicalForm canonical() {
        Tokens tokens = new Tokens();
        new Lexer(analysis.analyzer().limits()).read(slice(), analysis.standardConformingStrings(), tokens);
        return Normalizer.form(tokens, 0, tokens.count());
    }

    /** Its bytes; a statement's tokens are the same whether it stands alone or among others. */
    byte[] slice() {
        byte[] text = analysis.text().array();
        return start == 0 && end == text.length ? text : Arrays.copyOfRange(text, start, end);
    }

    /** See {@link SqlAnalysis#weight}. */
    int weight() {
        return OVERHEAD
                + treeWeight
                + facts.functions().size() * PER_NAME
                + facts.effects().size() * PER_NAME;
    }

    SqlAnalysis analysis() {
        return analysis;
    }

    /** {@return what it does, without its text} */
    @Override
    public String toString() {
        return facts.kind() + " at " + start;
    }
}
