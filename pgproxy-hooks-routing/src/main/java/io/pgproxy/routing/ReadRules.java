package io.pgproxy.routing;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** What may go to a reader, and what may write, as far as the text tells. */
final class ReadRules {
    private final boolean readOnlyBlocks;
    private final boolean allBlocks;
    private final Predicate<Session> hints;

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
        if (!facts.readsOnly() || facts.family() == StatementFamily.SHOW || !leavesNothing(facts)) {
            return false;
        }
        RouteHint hint = hint(statement);
        return hint != RouteHint.WRITER && callsAreForReaders(facts.functions(), hint == RouteHint.READER);
    }

    private RouteHint hint(Statement statement) {
        return statement.leadingComments().isEmpty() || !hints.test(statement.session())
                ? RouteHint.NONE
                : RouteHint.in(statement.leadingComments());
    }

    /** PREPARE and cursors belong to where they were made; what EXECUTE names goes where it goes. */
    private static boolean leavesNothing(Facts facts) {
        List<SessionEffect> effects = facts.effects();
        for (int i = 0; i < effects.size(); i++) {
            if (!(effects.get(i) instanceof SessionEffect.StatementExecuted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean callsAreForReaders(List<FunctionName> functions, boolean unknownToo) {
        for (int i = 0; i < functions.size(); i++) {
            FunctionName function = functions.get(i);
            if (WriterFunctions.isOne(function) || !(isHarmless(function) || (unknownToo && isUnknown(function)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHarmless(FunctionName function) {
        return FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Allowed;
    }

    private static boolean isUnknown(FunctionName function) {
        FunctionVerdict verdict = FunctionPolicy.readOnly().decide(function);
        return verdict instanceof FunctionVerdict.Unknown
                || (verdict instanceof FunctionVerdict.Refused refused && refused.effect() == FunctionEffect.UNKNOWN);
    }

    /**
     * Whether it may write, as those have it who tell {@code Execution.afterWrite}. What begins a block does not: what
     * is in the block is seen when it has run.
     */
    static boolean mayWrite(Facts facts) {
        Access access = facts.access();
        if (access != Access.NONE && access != Access.READ && access != Access.LOCK) {
            return true;
        }
        List<FunctionName> functions = facts.functions();
        for (int i = 0; i < functions.size(); i++) {
            if (!isHarmless(functions.get(i))) {
                return true;
            }
        }
        return false;
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
