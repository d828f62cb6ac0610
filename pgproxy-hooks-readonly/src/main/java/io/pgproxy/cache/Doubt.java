package io.pgproxy.cache;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.structure.SqlTree;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a statement may write. Of one that is sent while the catalogue is out of date nobody knows: it may do anything,
 * until the catalogue that is read next tells what it has done, if no definitions have changed since. Immutable.
 */
final class Doubt {
    private static final Logger LOG = LoggerFactory.getLogger(Doubt.class);
    private static final Writing ANYTHING = new Writing.Everything("it cannot be found out", true);

    private final WriteAnalysis analysis;
    private final Facts facts;
    private final SqlTree tree;
    private final String sql;
    private final SearchPath path;
    private final long definitions;

    /**
     * A doubt.
     *
     * @param definitions the number of {@link DatabaseVersions#definitions} before it was sent
     */
    Doubt(WriteAnalysis analysis, Facts facts, SqlTree tree, String sql, SearchPath path, long definitions) {
        this.analysis = analysis;
        this.facts = facts;
        this.tree = tree;
        this.sql = sql;
        this.path = path;
        this.definitions = definitions;
    }

    /**
     * What it may have written.
     *
     * @param catalog is not out of date
     * @param now the number of {@link DatabaseVersions#definitions} at present
     */
    Writing judged(Catalog catalog, long now) {
        if (now != definitions) {
            return ANYTHING;
        }
        try {
            return analysis.of(facts, tree, sql, catalog, path);
        } catch (RuntimeException failure) {
            LOG.warn(
                    "what a statement writes could not be found out: {}",
                    failure.getClass().getName());
            return ANYTHING;
        }
    }

    /** The same statement is judged the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Doubt that
                && definitions == that.definitions
                && sql.equals(that.sql)
                && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return Objects.hash(sql, path, definitions);
    }

    /** {@return nothing of it: it holds a text} */
    @Override
    public String toString() {
        return "Doubt";
    }
}
