package io.pgproxy.readonly;

import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.FunctionVerdict.Unknown;
import io.pgproxy.sql.catalog.SearchPath;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which functions a statement may call. */
final class FunctionRules {
    private final FunctionPolicy policy;
    private final AttributeCalls attributes;
    private final SetConfigCalls setConfig;
    private final Supplier<Catalog> catalog;

    FunctionRules(FunctionPolicy policy, SetConfigCalls setConfig, Supplier<Catalog> catalog) {
        this.policy = policy;
        this.attributes = new AttributeCalls(policy);
        this.setConfig = setConfig;
        this.catalog = catalog;
    }

    /** Why a statement is refused for what it calls, or null. */
    @Nullable
    Refusal refusal(Statement statement) {
        boolean sets = false;
        for (FunctionName function : statement.facts().functions()) {
            if (isSetConfig(function)) {
                sets = true;
            } else if (decide(function, statement.session()) instanceof Refused refused) {
                return refusal(refused);
            }
        }
        Refusal setting = sets ? setConfig.refusal(statement.sql()) : null;
        return setting != null ? setting : attributes.refusal(statement.sql());
    }

    /** Whether a statement calls something of which nobody knows what it does to its session. */
    boolean callsUnknown(Facts facts, Session session) {
        for (FunctionName function : facts.functions()) {
            FunctionVerdict verdict = decide(function, session);
            if (verdict instanceof Unknown
                    || (verdict instanceof Allowed allowed && allowed.effect() == FunctionEffect.UNKNOWN)) {
                return true;
            }
        }
        return false;
    }

    /** Whatever rules there are for its name: one call of it could open the wall. */
    private static boolean isSetConfig(FunctionName function) {
        return function.name().equals(SetConfigCalls.NAME) && !function.keyword();
    }

    private FunctionVerdict decide(FunctionName function, Session session) {
        Catalog known = catalog.get();
        if (!known.isKnown()) {
            return policy.decide(function);
        }
        // Before PostgreSQL 18 the server does not report the path. Which function an unqualified name means is not
        // known then, and what the lists do not know is a function that nobody has seen.
        String path = session.setting("search_path");
        if (path.isEmpty() && function.schema() == null) {
            return policy.decide(function);
        }
        return policy.decide(function, known, SearchPath.parse(path, role(session)));
    }

    private static String role(Session session) {
        String role = session.setting("session_authorization");
        return role.isEmpty() ? session.user() : role;
    }

    private static Refusal refusal(Refused refused) {
        return switch (refused.effect()) {
            case SETS_SETTING, INTERNAL -> Refusal.of(refused.reason());
            default -> new Refusal(refused.reason(), Hints.FUNCTION);
        };
    }
}
