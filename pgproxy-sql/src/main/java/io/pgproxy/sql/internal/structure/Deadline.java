package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.structure.UnknownTree.Reason;
import net.sf.jsqlparser.parser.feature.Feature;
import net.sf.jsqlparser.parser.feature.FeatureConfiguration;

/**
 * The settings of one run of JSqlParser, which end it when its time is over: the parser asks for settings all the while
 * that it looks ahead, which is where the time goes, and nothing else of it can be stopped from outside.
 */
final class Deadline extends FeatureConfiguration {
    private final long nanoTime;

    Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    void check() {
        if (System.nanoTime() - nanoTime >= 0 || Thread.currentThread().isInterrupted()) {
            throw new UnknownStructureException(Reason.DEADLINE, -1);
        }
    }

    @Override
    public Object getValue(Feature feature) {
        check();
        return super.getValue(feature);
    }

    @Override
    public boolean getAsBoolean(Feature feature) {
        check();
        return super.getAsBoolean(feature);
    }

    @Override
    public String getAsString(Feature feature) {
        check();
        return super.getAsString(feature);
    }
}
