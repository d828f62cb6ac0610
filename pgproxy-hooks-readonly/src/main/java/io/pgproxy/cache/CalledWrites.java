package io.pgproxy.cache;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.Routine;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.Volatility;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether calls may change rows of tables. Of functions behind views, policies, operators and casts it is not asked: a
 * query that reads is taken not to write by those.
 */
final class CalledWrites {
    private static final FunctionPolicy POLICY = FunctionPolicy.readOnly();

    /** What a read-only session may not do, and that changes no row of a table that anybody reads results of. */
    private static final Set<FunctionEffect> ELSEWHERE = EnumSet.of(
            FunctionEffect.SEQUENCE,
            FunctionEffect.SETS_SETTING,
            FunctionEffect.LOCKS,
            FunctionEffect.NOTIFIES,
            FunctionEffect.LARGE_OBJECT,
            FunctionEffect.SERVER_FILES,
            FunctionEffect.OTHER_SESSIONS);

    private final Declarations declared;

    CalledWrites(Declarations declared) {
        this.declared = declared;
    }

    /** The first of the functions that may write, or null. */
    @Nullable
    FunctionName among(List<FunctionName> functions, Catalog catalog, SearchPath path) {
        for (FunctionName function : functions) {
            if (!function.keyword() && mayWrite(function, catalog, path)) {
                return function;
            }
        }
        return null;
    }

    private boolean mayWrite(FunctionName function, Catalog catalog, SearchPath path) {
        List<Routine> routines = catalog.routines(function.schema(), function.name(), path);
        if (routines.isEmpty()) {
            return !isForm(function, catalog) && mayWrite(POLICY.decide(function));
        }
        for (Routine routine : routines) {
            if (mayWrite(routine)) {
                return true;
            }
        }
        return false;
    }

    /** Newer versions have forms that older ones read as names, such as JSON_VALUE, of functions that are not there. */
    private static boolean isForm(FunctionName function, Catalog catalog) {
        return catalog.isKnown() && function.schema() == null && Steadiness.isSteadyForm(function.name());
    }

    private boolean mayWrite(Routine routine) {
        if (routine.isBuiltIn()) {
            return mayWrite(POLICY.decide(routine));
        }
        if (routine.volatility() != Volatility.VOLATILE || declared.readBy(routine.schema(), routine.name()) != null) {
            return false;
        }
        return !(routine.extension() && POLICY.decide(routine) instanceof Allowed);
    }

    private static boolean mayWrite(FunctionVerdict verdict) {
        return !(verdict instanceof Allowed)
                && !(verdict instanceof Refused refused && ELSEWHERE.contains(refused.effect()));
    }
}
