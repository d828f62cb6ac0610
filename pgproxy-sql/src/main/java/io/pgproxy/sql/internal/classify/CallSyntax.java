package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.lexer.Keyword;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the grammar says of words around a call. */
@SuppressWarnings("EnumOrdinal") // an index for arrays, within one run
final class CallSyntax {
    /**
     * The words behind which {@code func_application} can begin, in the grammars of 14 to 18 together: computed from
     * the productions that SelectStmt reaches. The last three are those of other statements.
     */
    private static final boolean[] LEADS =
            flags("ALL AND ASYMMETRIC BETWEEN BOTH BY CASE CONTENT DEFAULT DISTINCT DOCUMENT ELSE "
                    + "ESCAPE FIRST FOR FROM GROUPS HAVING ILIKE IN JOIN LATERAL LEADING LIKE LIMIT "
                    + "NEXT NOT OFFSET ON OR PASSING PATH PLACING RANGE REF RETURNING ROWS SELECT "
                    + "SIMILAR SYMMETRIC TABLESAMPLE THEN TO TRAILING USING VALUE VARIADIC VERSION WHEN "
                    + "WHERE ZONE CALL FUNCTION PROCEDURE");

    /** Forms with a grammar of their own in every version, which parentheses follow. */
    private static final @Nullable FunctionName[] FORMS =
            names("COALESCE EXTRACT GREATEST GROUPING LEAST NORMALIZE NULLIF OVERLAY POSITION "
                    + "SUBSTRING TREAT TRIM XMLCONCAT XMLELEMENT XMLEXISTS XMLFOREST XMLPARSE XMLPI "
                    + "XMLROOT XMLSERIALIZE XMLTABLE");

    /** Calls without parentheses, or with those of a precision. */
    private static final @Nullable FunctionName[] ALONE =
            names("CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME "
                    + "CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP SESSION_USER SYSTEM_USER "
                    + "USER");

    static final FunctionName COLLATION_FOR = new FunctionName(null, "pg_collation_for", true);

    private CallSyntax() {}

    private static boolean[] flags(String words) {
        boolean[] flags = new boolean[Keyword.values().length];
        for (Keyword keyword : among(words)) {
            flags[keyword.ordinal()] = true;
        }
        return flags;
    }

    private static @Nullable FunctionName[] names(String words) {
        @Nullable FunctionName[] names = new @Nullable FunctionName[Keyword.values().length];
        for (Keyword keyword : among(words)) {
            names[keyword.ordinal()] = new FunctionName(null, keyword.word(), true);
        }
        return names;
    }

    private static List<Keyword> among(String words) {
        Set<String> all = Set.of(words.split(" "));
        return Arrays.stream(Keyword.values())
                .filter(keyword -> all.contains(keyword.name()))
                .toList();
    }

    /** Whether a call can begin behind this word. */
    static boolean leads(Keyword word) {
        return LEADS[word.ordinal()];
    }

    /** The form that begins with this word and a parenthesis, or null. */
    static @Nullable FunctionName form(Keyword word) {
        return FORMS[word.ordinal()];
    }

    /** The call that this word is by itself, or null. */
    static @Nullable FunctionName alone(Keyword word) {
        return ALONE[word.ordinal()];
    }

    /** The words that {@link #alone} knows. */
    static Set<Keyword> aloneWords() {
        return Arrays.stream(Keyword.values())
                .filter(keyword -> alone(keyword) != null)
                .collect(Collectors.toSet());
    }
}
