package io.pgproxy.routing;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What may go to a reader, and what may write, as far as the text tells. */
final class ReadRules {
    private static final int SLOTS = 1024;

    /** Above, pools let a prepared statement keep its connection: 1 MiB, of characters of at most four bytes. */
    private static final int LONGEST = 1 << 18;

    private final boolean readOnlyBlocks;
    private final boolean allBlocks;
    private final Predicate<Session> hints;

    /** By what they are, not by what they say. Races lose an entry. */
    private final @Nullable Judgement[] judged = new @Nullable Judgement[SLOTS];

    ReadRules(boolean readOnlyBlocks, Blocks blocks, Predicate<Session> hints) {
        this.readOnlyBlocks = readOnlyBlocks;
        this.allBlocks = blocks == Blocks.AGGRESSIVE;
        this.hints = hints;
    }

    /**
     * Whether all of it is for readers.
     *
     * @param open whether it stands in a block
     */
    boolean isForReaders(Exchange exchange, boolean open) {
        if (!exchange.complete() || (open && exchange.bindsBlock())) {
            return false;
        }
        List<Statement> statements = exchange.statements();
        boolean inBlock = open;
        for (int i = 0; i < statements.size(); i++) {
            Statement statement = statements.get(i);
            Facts facts = statement.facts();
            if (facts.transaction() != null) {
                boolean begins = begins(facts.transaction());
                if (!(begins || (inBlock && ends(facts.kind()))) || hint(statement) == RouteHint.WRITER) {
                    return false;
                }
                inBlock = begins;
                if (begins && allBlocks && exchange.bindsBlock()) {
                    return false;
                }
            } else if (!isForReaders(statement, facts)) {
                return false;
            }
        }
        return !statements.isEmpty();
    }

    /** A standby has no SERIALIZABLE transactions. */
    private boolean begins(TransactionControl control) {
        boolean reads = Objects.equals(control.readOnly(), true);
        return control.action() == TransactionControl.Action.BEGIN
                && ((reads && readOnlyBlocks) || (allBlocks && !control.asksToWrite()))
                && control.isolation() != TransactionControl.Isolation.SERIALIZABLE;
    }

    private static boolean ends(StatementKind kind) {
        return kind == StatementKind.COMMIT || kind == StatementKind.ROLLBACK;
    }

    private boolean isForReaders(Statement statement, Facts facts) {
        if (statement.sql().length() > LONGEST) {
            return false;
        }
        Judgement judgement = judge(facts);
        if (!judgement.forReadersIfHinted()) {
            return false;
        }
        RouteHint hint = hint(statement);
        return hint == RouteHint.READER || (hint == RouteHint.NONE && judgement.forReaders());
    }

    /** That of a known text costs a look. */
    @SuppressWarnings("ReferenceEquality") // those of a known text are the same ones
    private Judgement judge(Facts facts) {
        int slot = System.identityHashCode(facts) & (SLOTS - 1);
        Judgement known = judged[slot];
        if (known == null || known.facts() != facts) {
            known = Judgement.of(facts);
            judged[slot] = known;
        }
        return known;
    }

    private RouteHint hint(Statement statement) {
        return statement.leadingComments().isEmpty() || !hints.test(statement.session())
                ? RouteHint.NONE
                : RouteHint.in(statement.leadingComments());
    }

    /** Whether it may write. What begins a block does not: what is in the block is seen when it has run. */
    boolean mayWrite(Facts facts) {
        return judge(facts).mayWrite();
    }

    /** Whether it leaves something in its session that no other server has: temporary objects, cursors WITH HOLD. */
    static boolean binds(Facts facts) {
        List<SessionEffect> effects = facts.effects();
        for (int i = 0; i < effects.size(); i++) {
            SessionEffect effect = effects.get(i);
            if (effect instanceof SessionEffect.TemporaryObjectCreated
                    || (effect instanceof SessionEffect.CursorDeclared declared && declared.hold())) {
                return true;
            }
        }
        return false;
    }

    /** Whether it takes back all that {@link #binds}. */
    static boolean frees(Facts facts) {
        return facts.kind() == StatementKind.DISCARD_ALL;
    }
}
