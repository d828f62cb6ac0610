package io.pgproxy.sql.internal.structure;

import static io.pgproxy.sql.lexer.Keyword.*;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.structure.ParameterUse;
import io.pgproxy.sql.structure.QueryLevel.Place;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression, or a list of them, for the calls, queries and parameters in it; how operators bind is nobody's
 * business here. Ends where a clause of the query begins, which only reserved words do.
 */
final class ExpressionReader {
    private static final Set<Keyword> GROUPINGS = EnumSet.of(CUBE, ROLLUP, SETS);

    private final Cursor cursor;
    private final Context context;
    private final int end;
    /** Whether the expression stands in parentheses of its own, where no clause of a query can begin. */
    private final boolean group;

    private final boolean commaEnds;
    private boolean operand;
    private int operandStart;
    private final Cases cases = new Cases();
    private boolean grouping;
    private int start;
    /** The names with which the expression begins, or null. */
    private @Nullable Path firstPath;
    /** The token behind the call with which the expression begins, or -1. */
    private int firstCallEnd = -1;
    /** The AS that stands last, or -1. */
    private int lastAs = -1;
    /** The last name that stood behind an operand. */
    private @Nullable Path lastBare;

    private ExpressionReader(Cursor cursor, Context context, int end, boolean group, boolean commaEnds) {
        this.cursor = cursor;
        this.context = context;
        this.end = end;
        this.group = group;
        this.commaEnds = commaEnds;
    }

    /** Reads expressions with commas between them up to the next clause. */
    static void list(Cursor cursor, Context context, int end) {
        new ExpressionReader(cursor, context, end, false, false).read();
    }

    /** Reads the expressions of GROUP BY, where {@code CUBE (} is no call. */
    static void groupBy(Cursor cursor, Context context, int end) {
        ExpressionReader reader = new ExpressionReader(cursor, context, end, false, false);
        reader.grouping = true;
        reader.read();
    }

    /** Reads one expression, up to a comma or the next clause. */
    static ExpressionReader one(Cursor cursor, Context context, int end) {
        ExpressionReader reader = new ExpressionReader(cursor, context, end, false, true);
        reader.read();
        return reader;
    }

    /** Reads what stands in the parentheses or brackets that open here, and goes behind them. */
    static void inner(Cursor cursor, Context context) {
        inner(cursor, context, false);
    }

    private static void inner(Cursor cursor, Context context, boolean grouping) {
        int close = cursor.partner();
        cursor.at++;
        ExpressionReader reader = new ExpressionReader(cursor, context, close, true, false);
        reader.grouping = grouping;
        reader.read();
        if (cursor.at != close) {
            throw cursor.unread();
        }
        cursor.at = close + 1;
    }

    /** The token behind the expression itself, its name left out. */
    int expressionEnd() {
        if (lastAs >= 0) {
            return lastAs;
        }
        return hasBareLabel() ? lastBare().first() : cursor.at;
    }

    /** The token of the expression's name, with or without AS, or -1. */
    int label() {
        if (lastAs >= 0) {
            return lastAs + 1;
        }
        return hasBareLabel() ? lastBare().first() : -1;
    }

    /** The names that are all of the expression, or null if there is anything else. */
    @Nullable
    Path onlyPath() {
        return firstPath != null && firstPath.behind() == expressionEnd() ? firstPath : null;
    }

    /** Whether the expression is a call by name and nothing else; then {@link #callee} tells which. */
    boolean isOnlyCall() {
        return firstCallEnd >= 0 && firstCallEnd == expressionEnd();
    }

    /** The name of the function that is all of the expression. */
    Path callee() {
        return Objects.requireNonNull(firstPath);
    }

    private boolean hasBareLabel() {
        return lastBare != null
                && lastBare.behind() == cursor.at
                && lastBare.names().size() == 1
                && !lastBare.star();
    }

    private Path lastBare() {
        return Objects.requireNonNull(lastBare);
    }

    private void read() {
        start = cursor.at;
        while (cursor.at < end && !stops()) {
            token();
        }
    }

    private boolean stops() {
        if (commaEnds && cursor.is(TokenKind.COMMA)) {
            return true;
        }
        Keyword keyword = cursor.keyword();
        if (keyword == null || group) {
            return false;
        }
        if (Words.JOINS.contains(keyword)) {
            return operand;
        }
        return switch (keyword) {
            case WHEN, THEN, ELSE, END -> !cases.areOpen();
            case FROM -> !(cursor.isAt(cursor.at - 1, DISTINCT) && !cursor.isAt(cursor.at - 2, SELECT));
            case GROUP -> !cursor.isAt(cursor.at - 1, WITHIN);
            case USING -> !isOrderingOperator(cursor.at + 1);
            default -> Words.CLAUSES.contains(keyword);
        };
    }

    private boolean isOrderingOperator(int token) {
        return cursor.isAt(token, TokenKind.OPERATOR)
                || (cursor.isAt(token, OPERATOR) && cursor.isAt(token + 1, TokenKind.LEFT_PARENTHESIS));
    }

    private void token() {
        TokenKind kind = cursor.tokens.kind(cursor.at);
        switch (kind) {
            case IDENTIFIER, QUOTED_IDENTIFIER, UNICODE_IDENTIFIER -> name();
            case KEYWORD -> keyword();
            case LEFT_PARENTHESIS -> parenthesis();
            case LEFT_BRACKET -> {
                Slices.mark(cursor);
                inner(cursor, context);
                operand = true;
            }
            case RIGHT_PARENTHESIS, RIGHT_BRACKET, SEMICOLON, DOT_DOT, END -> throw cursor.unread();
            case DOT -> selection();
            case TYPECAST -> {
                cursor.at++;
                TypeReader.read(cursor);
                operand = true;
            }
            case PARAMETER -> parameter();
            case OPERATOR -> operator();
            case COMMA, COLON, COLON_EQUALS, EQUALS_GREATER -> {
                operand = false;
                cursor.at++;
            }
            default -> constant(kind);
        }
    }

    private void constant(TokenKind kind) {
        if (operand && kind.isString() && operandStart < cursor.at) {
            // type 'text': the string alone is as good.
            cursor.reading.drop(operandStart, cursor.at);
        }
        startOperand();
        cursor.at++;
        cursor.skipEscape();
    }

    private void startOperand() {
        operand = true;
        operandStart = Integer.MAX_VALUE;
    }

    private void name() {
        boolean bare = operand;
        Path path = Path.read(cursor);
        if (bare) {
            lastBare = path;
        } else if (path.first() == start) {
            firstPath = path;
        }
        startOperand();
        operandStart = path.first();
        if (!path.star() && cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            Calls.named(cursor, context, path, false);
            firstCallEnd = path.first() == start ? cursor.at : firstCallEnd;
            operandStart = Integer.MAX_VALUE;
        }
    }

    private void keyword() {
        Keyword keyword = Objects.requireNonNull(cursor.keyword());
        switch (keyword) {
            case SELECT, TABLE, INTO -> throw cursor.unread();
            case AS -> {
                cursor.at++;
                afterAs();
            }
            case CASE -> {
                cases.begin(cursor);
                operand = false;
            }
            case WHEN, THEN, ELSE -> {
                cases.inner(cursor, keyword);
                operand = false;
            }
            case END -> {
                cases.end(cursor);
                startOperand();
            }
            case VARIADIC -> {
                cursor.reading.mark(cursor.at++, Mark.DROP);
                operand = false;
            }
            case WITH -> {
                Predicates.ties(cursor);
                operand = false;
            }
            case COLLATE -> Predicates.collation(cursor);
            case USING -> Predicates.ordering(cursor);
            case OPERATOR -> {
                if (cursor.isAt(cursor.at + 1, TokenKind.LEFT_PARENTHESIS)) {
                    Predicates.operator(cursor, operand);
                    operand = false;
                } else {
                    word(keyword);
                }
            }
            case IS -> {
                Predicates.is(cursor);
                operand = !cursor.isAt(cursor.at - 1, FROM);
                operandStart = Integer.MAX_VALUE;
            }
            default -> {
                if (Words.SET_OPERATIONS.contains(keyword)) {
                    throw cursor.unread();
                }
                word(keyword);
            }
        }
    }

    /** A word that may be a name, a call, a type, or nothing but grammar. */
    private void word(Keyword keyword) {
        if (group && Frames.drop(cursor, end)) {
            return;
        }
        boolean called = cursor.isAt(cursor.at + 1, TokenKind.LEFT_PARENTHESIS);
        if (isName(keyword, called)) {
            name();
        } else if (Words.BARE_CALLS.contains(keyword) || (called && !operand && Words.isGrammarCall(keyword))) {
            Calls.grammar(cursor, context, keyword);
            startOperand();
        } else if (!operand && keyword != INTERVAL && TypeReader.isConstant(cursor)) {
            int type = cursor.at;
            TypeReader.read(cursor);
            cursor.reading.drop(type, cursor.at);
            startOperand();
        } else {
            operand = Words.endsOperand(keyword, operand);
            operandStart = Integer.MAX_VALUE;
            cursor.at++;
        }
    }

    private boolean isName(Keyword keyword, boolean called) {
        if (cursor.isAt(cursor.at + 1, TokenKind.DOT)) {
            return Words.isColumnName(cursor.tokens, cursor.at);
        }
        if (operand || isSecondWord(keyword)) {
            return false;
        }
        return called
                ? Words.isFunctionName(cursor.tokens, cursor.at) && !(grouping && GROUPINGS.contains(keyword))
                : isLoneName();
    }

    /** BY of ORDER BY, FIRST of FETCH FIRST and such, which may stand before a parenthesis that is not theirs. */
    private boolean isSecondWord(Keyword keyword) {
        Keyword before = cursor.keywordAt(cursor.at - 1);
        return keyword == BY
                ? before == ORDER || before == GROUP || before == PARTITION
                : (keyword == FIRST || keyword == NEXT) && before == FETCH;
    }

    /** An unreserved word where an operand is due and behind which the operand has ended. */
    private boolean isLoneName() {
        if (!Words.isColumnName(cursor.tokens, cursor.at) || (cursor.is(ROW) && cursor.isAt(cursor.at - 1, CURRENT))) {
            return false;
        }
        int next = cursor.at + 1;
        if (next >= end) {
            return true;
        }
        Keyword following = cursor.keywordAt(next);
        if (following != null) {
            return switch (following) {
                case AS, FROM, AND, OR, IS, IN, NOT, LIKE, ILIKE, BETWEEN, THEN, ELSE, END, WHEN, ASC, DESC, WHERE ->
                    true;
                default -> Words.CLAUSES.contains(following);
            };
        }
        return switch (cursor.tokens.kind(next)) {
            case COMMA, RIGHT_PARENTHESIS, RIGHT_BRACKET, LEFT_BRACKET, TYPECAST, OPERATOR, EQUALS_GREATER -> true;
            default -> false;
        };
    }

    private void afterAs() {
        if (cursor.is(TokenKind.LEFT_PARENTHESIS)) {
            // WINDOW w AS (…)
            operand = false;
        } else if (group) {
            TypeReader.read(cursor);
            operand = true;
        } else {
            lastAs = cursor.at - 1;
            cursor.name();
            operand = true;
        }
        operandStart = Integer.MAX_VALUE;
    }

    private void parenthesis() {
        boolean query = cursor.brackets.holdsQuery(cursor.at);
        if (query) {
            cursor.at++;
            context.queries().nested(context, Place.EXPRESSION);
            cursor.expect(TokenKind.RIGHT_PARENTHESIS);
        } else {
            inner(cursor, context, grouping);
        }
        startOperand();
    }

    /** {@code (row).column} and {@code (row).*}, of which JSqlParser knows only some forms. */
    private void selection() {
        int start = cursor.at++;
        if (cursor.isOperator(cursor.at, '*')) {
            cursor.at++;
        } else {
            cursor.name();
        }
        cursor.reading.drop(start, cursor.at);
        startOperand();
    }

    private void parameter() {
        cursor.reading.parameters.add(
                new ParameterUse(Calls.number(cursor), cursor.reading.span(cursor.at, cursor.at + 1)));
        startOperand();
        cursor.at++;
    }

    private void operator() {
        if (!operand && cursor.isOperator(cursor.at, '*')) {
            // count(*), or all columns
            startOperand();
        } else {
            Predicates.symbol(cursor, operand);
            operand = false;
        }
        cursor.at++;
    }
}
