package io.pgproxy.sql.documents;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.sql.catalog.UserFunctions;
import java.util.ArrayList;
import java.util.List;

/** Says what is wrong with the functions that a statement calls. */
public final class CallRules {
    private static final FunctionPolicy POLICY = FunctionPolicy.builder()
            .allowSchema("reports")
            .deny("pg_sleep")
            .userFunctions(UserFunctions.REFUSE)
            .build();

    private CallRules() {}

    public static List<String> objections(AnalyzedStatement statement) {
        List<String> objections = new ArrayList<>();
        for (FunctionName function : statement.facts().functions()) {
            if (POLICY.decide(function) instanceof FunctionVerdict.Refused refused) {
                objections.add(refused.reason());
            }
        }
        return objections;
    }
}
