package io.pgproxy.observation.documents;

import io.micrometer.common.KeyValues;
import io.pgproxy.observation.QueryContext;
import io.pgproxy.observation.QueryConvention;
import io.pgproxy.observation.SemanticConvention;

/** Timers for each database, of which this host has a few. */
public final class ByDatabase implements QueryConvention {
    private final SemanticConvention usual = SemanticConvention.withNormalizedText();

    @Override
    public String getName() {
        return "shop.query";
    }

    @Override
    public String getContextualName(QueryContext context) {
        return usual.getContextualName(context);
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(QueryContext context) {
        String database = context.execution().session().database();
        return usual.getLowCardinalityKeyValues(context).and("shop.database", database);
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(QueryContext context) {
        return usual.getHighCardinalityKeyValues(context);
    }
}
