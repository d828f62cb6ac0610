package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.KeywordCategory;

/** Where keywords may be names; if the versions differ, whatever one of them allows. */
@SuppressWarnings("EnumOrdinal") // an index for arrays, within one run
final class Words {
    private static final int OLDEST = 14;
    private static final int NEWEST = 18;
    private static final boolean[] NAME = new boolean[Keyword.values().length];
    private static final boolean[] FUNCTION = new boolean[NAME.length];

    static {
        for (Keyword keyword : Keyword.values()) {
            for (int version = OLDEST; version <= NEWEST; version++) {
                KeywordCategory category = keyword.category(version);
                boolean plain = category == KeywordCategory.UNRESERVED || category == KeywordCategory.ABSENT;
                NAME[keyword.ordinal()] |= plain || category == KeywordCategory.COLUMN_NAME;
                FUNCTION[keyword.ordinal()] |= plain || category == KeywordCategory.TYPE_OR_FUNCTION_NAME;
            }
        }
    }

    private Words() {}

    /** Whether it may name a relation, column, cursor and so on: {@code ColId} of the grammar. */
    static boolean canBeName(Keyword keyword) {
        return NAME[keyword.ordinal()];
    }

    /** Whether it may name a function without a schema: {@code type_function_name} of the grammar. */
    static boolean canBeFunction(Keyword keyword) {
        return FUNCTION[keyword.ordinal()];
    }
}
