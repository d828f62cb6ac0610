package io.pgproxy.routing;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import java.util.List;

/**
 * What follows from a statement's facts.
 *
 * @param facts the facts
 * @param forReaders whether a reader may have it
 * @param forReadersIfHinted whether a reader may have it if a hint says so
 * @param mayWrite whether it may write, as those have it who tell {@code Execution.afterWrite}
 */
record Judgement(Facts facts, boolean forReaders, boolean forReadersIfHinted, boolean mayWrite) {
    static Judgement of(Facts facts) {
        boolean reads = facts.readsOnly() && facts.family() != StatementFamily.SHOW && leavesNothing(facts);
        return new Judgement(
                facts,
                reads && callsAreForReaders(facts.functions(), false),
                reads && callsAreForReaders(facts.functions(), true),
                judgeWrite(facts));
    }

    /** PREPARE and cursors belong to where they were made; what EXECUTE names goes where it goes. */
    private static boolean leavesNothing(Facts facts) {
        for (SessionEffect effect : facts.effects()) {
            if (!(effect instanceof SessionEffect.StatementExecuted)) {
                return false;
            }
        }
        return true;
    }

    private static boolean callsAreForReaders(List<FunctionName> functions, boolean unknownToo) {
        for (FunctionName function : functions) {
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

    private static boolean judgeWrite(Facts facts) {
        Access access = facts.access();
        return (access != Access.NONE && access != Access.READ && access != Access.LOCK)
                || !facts.functions().stream().allMatch(Judgement::isHarmless);
    }
}
