package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.KeywordCategory;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keywords of PostgreSQL's grammar mean to whoever reads the outline of a query. */
final class Words {
    private static final int FIRST_VERSION = 14;
    private static final int LAST_VERSION = 18;

    /** What ends an expression of a query at its own level; all are reserved. */
    static final Set<Keyword> CLAUSES = EnumSet.of(
            FROM, WHERE, GROUP, HAVING, WINDOW, UNION, INTERSECT, EXCEPT, ORDER, LIMIT, OFFSET, FETCH, FOR, INTO,
            RETURNING, ON, USING, DO);

    static final Set<Keyword> JOINS = EnumSet.of(JOIN, INNER, LEFT, RIGHT, FULL, CROSS, NATURAL);

    static final Set<Keyword> SET_OPERATIONS = EnumSet.of(UNION, INTERSECT, EXCEPT);

    /** What may follow a query in parentheses only if the parentheses around both are those of a query too. */
    static final Set<Keyword> AFTER_OPERAND = EnumSet.of(UNION, INTERSECT, EXCEPT, ORDER, LIMIT, OFFSET, FETCH, FOR);

    /** Types with a grammar of their own; none may be the name of a function. */
    private static final Set<String> TYPES = Set.of(
            "bigint",
            "bit",
            "boolean",
            "char",
            "character",
            "dec",
            "decimal",
            "float",
            "int",
            "integer",
            "interval",
            "json",
            "national",
            "nchar",
            "numeric",
            "real",
            "setof",
            "smallint",
            "time",
            "timestamp",
            "varchar");

    /** What may stand before a parenthesis and is no call, though the grammar sets it apart from names. */
    private static final Set<String> NO_CALLS = Set.of(
            "between",
            "exists",
            "inout",
            "none",
            "out",
            "row",
            "values",
            "xmlattributes",
            "xmlnamespaces",
            "precision");

    /** Functions that are called without parentheses. */
    static final Set<Keyword> BARE_CALLS = EnumSet.of(
            CURRENT_CATALOG,
            CURRENT_DATE,
            CURRENT_ROLE,
            CURRENT_SCHEMA,
            CURRENT_TIME,
            CURRENT_TIMESTAMP,
            CURRENT_USER,
            LOCALTIME,
            LOCALTIMESTAMP,
            SESSION_USER,
            USER);

    /** Reserved words behind which an operand has ended. */
    private static final Set<Keyword> OPERANDS = EnumSet.of(NULL, TRUE, FALSE, DEFAULT, END, ISNULL, NOTNULL);

    /** Unreserved words that stand between operands, so that another operand follows. */
    private static final Set<Keyword> BETWEEN_OPERANDS =
            EnumSet.of(AT, ZONE, ESCAPE, BY, LIKE, ILIKE, SIMILAR, BETWEEN, OVERLAPS, IS, COLLATE, OPERATOR, OVER);

    private Words() {}

    static boolean isType(@Nullable Keyword keyword) {
        return keyword != null && TYPES.contains(keyword.word());
    }

    /** {@code COALESCE(}, {@code EXTRACT(}, {@code JSON_TABLE(}: calls whose word is no name. */
    static boolean isGrammarCall(Keyword keyword) {
        return hasCategory(keyword, KeywordCategory.COLUMN_NAME)
                && !hasCategory(keyword, KeywordCategory.UNRESERVED)
                && !isType(keyword)
                && !NO_CALLS.contains(keyword.word());
    }

    static boolean hasCategory(Keyword keyword, KeywordCategory category) {
        for (int version = FIRST_VERSION; version <= LAST_VERSION; version++) {
            if (keyword.category(version) == category) {
                return true;
            }
        }
        return false;
    }

    /** ColId: what may name a column, a relation or an alias without AS or a dot before it. */
    static boolean isColumnName(Tokens tokens, int token) {
        Keyword keyword = tokens.keyword(token);
        return keyword == null
                ? isPlainName(tokens, token)
                : hasCategory(keyword, KeywordCategory.UNRESERVED) || hasCategory(keyword, KeywordCategory.COLUMN_NAME);
    }

    /** type_function_name: what may name a function. */
    static boolean isFunctionName(Tokens tokens, int token) {
        Keyword keyword = tokens.keyword(token);
        return keyword == null
                ? isPlainName(tokens, token)
                : hasCategory(keyword, KeywordCategory.UNRESERVED)
                        || hasCategory(keyword, KeywordCategory.TYPE_OR_FUNCTION_NAME);
    }

    /** ColLabel: what may stand behind AS or a dot. */
    static boolean isLabel(Tokens tokens, int token) {
        return tokens.keyword(token) != null || isPlainName(tokens, token);
    }

    static boolean isPlainName(Tokens tokens, int token) {
        TokenKind kind = tokens.kind(token);
        return kind == TokenKind.IDENTIFIER || kind.isQuotedName();
    }

    /** Whether an operand has ended behind a keyword that is no name where it stands. */
    static boolean endsOperand(Keyword keyword, boolean operandBefore) {
        if (OPERANDS.contains(keyword) || BARE_CALLS.contains(keyword) || isType(keyword)) {
            return true;
        }
        if (keyword == NOT || keyword == ASC || keyword == DESC) {
            return operandBefore;
        }
        return operandBefore && !keyword.isReserved() && !BETWEEN_OPERANDS.contains(keyword);
    }
}
