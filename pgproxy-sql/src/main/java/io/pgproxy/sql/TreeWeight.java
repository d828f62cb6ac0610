package io.pgproxy.sql;

import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.SqlTree;

/** What a tree takes of the heap, on the safe side: names are counted as if each were its own. */
final class TreeWeight {
    private static final int TREE = 150;
    private static final int LEVEL = 100;
    private static final int NAMED = 130;
    private static final int SMALL = 50;

    private TreeWeight() {}

    static int of(SqlTree tree) {
        if (tree instanceof KnownTree known) {
            int named = known.relations().size()
                    + known.commonTables().size()
                    + known.functions().size()
                    + known.columns().size();
            return TREE
                    + known.levels().size() * LEVEL
                    + named * NAMED
                    + known.parameters().size() * SMALL;
        }
        return SMALL;
    }
}
