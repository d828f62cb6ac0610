package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.TokenSet;
import io.pgproxy.sql.lexer.Tokens;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a text calls. A name in front of a parenthesis is a call unless the grammar has none there: behind an
 * operand (a column, a constant, a closing parenthesis) stands an alias with its columns, never a call. The three
 * closing parentheses that an expression can follow are those of {@code OPERATOR(…)}, {@code DISTINCT ON (…)} and
 * {@code RETURNING WITH (…)}; the one name is {@code path} in XMLTABLE, an identifier before 17.
 */
final class FunctionScan {
    private static final int MANY = 24;
    private static final int MOST = 1000;
    private static final int LEVELS = 256;
    private static final String PG_CATALOG = "pg_catalog";

    private static final Set<TokenKind> BRACKETS = EnumSet.of(
            TokenKind.LEFT_PARENTHESIS, TokenKind.RIGHT_PARENTHESIS, TokenKind.LEFT_BRACKET, TokenKind.RIGHT_BRACKET);
    private static final TokenSet NOTED = TokenSet.of(BRACKETS, with(CallSyntax.aloneWords(), Set.of(Keyword.BY)));
    private static final TokenSet NOTED_IN_GROUP_BY =
            TokenSet.of(BRACKETS, with(CallSyntax.aloneWords(), GroupBy.WORDS));

    private final NameCache cache = new NameCache();
    private final long[] leadingLevels = new long[LEVELS / Long.SIZE];
    private final List<FunctionName> found = new ArrayList<>();
    private final Set<FunctionName> seen = new HashSet<>();
    private final GroupBy groupBy = new GroupBy();
    private final Tokens none = new Tokens();
    private Tokens tokens = none;
    private int from;
    private int to;
    private int depth;
    /** Whether an expression may follow the last closing parenthesis. */
    private boolean closedLead;

    private boolean failed;

    private static Set<Keyword> with(Set<Keyword> some, Set<Keyword> more) {
        Set<Keyword> both = EnumSet.copyOf(some);
        both.addAll(more);
        return both;
    }

    /**
     * Looks at all tokens from {@code newFrom} up to, not including, {@code newTo}.
     *
     * @return each name once, or null if one could not be read, there are too many, or parentheses do not match
     */
    @Nullable
    List<FunctionName> scan(Tokens newTokens, int newFrom, int newTo) {
        tokens = newTokens;
        from = newFrom;
        to = newTo;
        depth = 0;
        closedLead = false;
        failed = false;
        groupBy.begin();
        for (int token = next(from); token < to && !failed; token = next(token + 1)) {
            Keyword keyword = tokens.keyword(token);
            if (keyword != null) {
                word(token, keyword);
            } else if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                open(token);
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS) || tokens.is(token, TokenKind.RIGHT_BRACKET)) {
                close();
            } else if (tokens.is(token, TokenKind.LEFT_BRACKET)) {
                deeper(false);
            }
        }
        failed |= depth != 0;
        tokens = none; // a text is not to live longer for having been read
        List<FunctionName> names = found.isEmpty() ? List.of() : List.copyOf(found);
        found.clear();
        if (!seen.isEmpty()) {
            seen.clear();
        }
        return failed ? null : names;
    }

    private int next(int token) {
        return tokens.next(groupBy.isOpen() ? NOTED_IN_GROUP_BY : NOTED, token, to);
    }

    private void word(int token, Keyword keyword) {
        groupBy.word(tokens, keyword, token, from, depth);
        FunctionName alone = CallSyntax.alone(keyword);
        if (alone == null || isBehind(token, TokenKind.DOT) || isBehind(token, Keyword.AS)) {
            return;
        }
        boolean called = token + 1 < to && tokens.is(token + 1, TokenKind.LEFT_PARENTHESIS);
        if (!called || keyword.isReserved()) {
            add(alone);
        }
    }

    private void open(int open) {
        if (open > from) {
            before(open);
        }
        deeper(leadsExpression(open));
        groupBy.open(tokens, open, from, depth);
    }

    private void deeper(boolean leads) {
        depth++;
        if (depth >= LEVELS) {
            failed = true;
        } else {
            mark(depth, leads);
        }
    }

    private void close() {
        if (depth == 0) {
            failed = true;
            return;
        }
        closedLead = isMarked(depth);
        depth--;
        groupBy.close(depth);
    }

    private void mark(int level, boolean leads) {
        long bit = 1L << level;
        int word = level / Long.SIZE;
        leadingLevels[word] = leads ? leadingLevels[word] | bit : leadingLevels[word] & ~bit;
    }

    private boolean isMarked(int level) {
        return (leadingLevels[level / Long.SIZE] & 1L << level) != 0;
    }

    private boolean leadsExpression(int open) {
        return isBehind(open, Keyword.OPERATOR)
                || (isBehind(open, Keyword.ON) && isBehind(open - 1, Keyword.DISTINCT))
                || (isBehind(open, Keyword.WITH) && isBehind(open - 1, Keyword.RETURNING));
    }

    /** What stands before the parenthesis at {@code open}: a call, or something else. */
    private void before(int open) {
        int name = nameStart(open - 1);
        Keyword keyword = tokens.keyword(name);
        boolean qualified = isBehind(name, TokenKind.DOT);
        if (keyword == null) {
            TokenKind kind = tokens.kind(name);
            if (kind != TokenKind.IDENTIFIER && !kind.isQuotedName()) {
                return;
            }
        } else if (!qualified && !mayBeCall(keyword, name, open)) {
            return;
        }
        int head = qualified ? head(name) : name;
        if (isCallBehind(head, open)) {
            called(name, qualified);
        }
    }

    /** Whether an unqualified keyword with a parenthesis behind it can be a call; adds those that are forms. */
    private boolean mayBeCall(Keyword keyword, int token, int open) {
        FunctionName form = CallSyntax.form(keyword);
        if (form != null) {
            add(form);
            if (keyword == Keyword.TREAT) {
                treat(open);
            }
            return false;
        }
        if (keyword == Keyword.FOR && isBehind(token, Keyword.COLLATION)) {
            add(CallSyntax.COLLATION_FOR);
            return false;
        }
        return Words.canBeFunction(keyword)
                && !groupBy.isGrouping(tokens, keyword, token, depth)
                && !KeywordNoise.isNoCall(tokens, keyword, token, from, to, closedLead);
    }

    /** {@code TREAT(x AS name)} calls {@code pg_catalog.name(x)}, whatever that function is. */
    private void treat(int open) {
        int close = Ranges.closing(tokens, open, to);
        int level = 0;
        int type = Ranges.NONE;
        for (int token = open; token < close; token++) {
            if (tokens.is(token, TokenKind.LEFT_PARENTHESIS)) {
                level++;
            } else if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS)) {
                level--;
            } else if (level == 1 && tokens.is(token, Keyword.AS) && token + 1 < close) {
                type = token + 1;
            }
        }
        if (type == Ranges.NONE) {
            failed = true;
            return;
        }
        if (tokens.is(type, Keyword.SETOF) && type + 1 < close) {
            type++;
        }
        while (type + 2 < close && tokens.is(afterName(type), TokenKind.DOT) && afterName(type) + 1 < close) {
            type = afterName(type) + 1;
        }
        String name = Ranges.name(tokens, type, to);
        if (name == null) {
            failed = true;
        } else {
            add(new FunctionName(PG_CATALOG, name, false));
        }
    }

    private int afterName(int token) {
        boolean escape = tokens.is(token, TokenKind.UNICODE_IDENTIFIER)
                && token + 2 < to
                && tokens.is(token + 1, Keyword.UESCAPE);
        return escape ? token + 3 : token + 1;
    }

    /** Where the name begins that ends at {@code last}: {@code U&"…" UESCAPE '…'} is one. */
    private int nameStart(int last) {
        boolean escape = last - 2 >= from
                && tokens.kind(last).isString()
                && tokens.is(last - 1, Keyword.UESCAPE)
                && tokens.is(last - 2, TokenKind.UNICODE_IDENTIFIER);
        return escape ? last - 2 : last;
    }

    /** The first name of those with dots between them. */
    private int head(int name) {
        int head = name;
        while (head - 2 >= from && isBehind(head, TokenKind.DOT)) {
            head = nameStart(head - 2);
        }
        return head;
    }

    private boolean isCallBehind(int head, int open) {
        if (head <= from) {
            return false;
        }
        int before = head - 1;
        Keyword keyword = tokens.keyword(before);
        if (keyword != null) {
            return CallSyntax.leads(keyword) && !KeywordNoise.isConflictTarget(tokens, before, head, to);
        }
        return switch (tokens.kind(before)) {
            case PARAMETER, TYPECAST, RIGHT_BRACKET -> false;
            case INTEGER, NUMERIC, ESCAPE_STRING, UNICODE_STRING, DOLLAR_STRING, BIT_STRING, HEX_STRING -> false;
            case STRING -> nameStart(before) != before; // it may spell "path"
            case IDENTIFIER, QUOTED_IDENTIFIER -> isPath(before);
            case RIGHT_PARENTHESIS -> closedLead;
            case COMMA -> !CteColumns.isAt(tokens, open, to);
            default -> true;
        };
    }

    private boolean isPath(int token) {
        int length = tokens.end(token) - tokens.start(token);
        return length >= 4 && length <= 6 && "path".equals(Ranges.name(tokens, token, to));
    }

    private void called(int name, boolean qualified) {
        if (!qualified) {
            FunctionName plain = cache.find(tokens, name, false);
            addOrFail(plain != null ? plain : plainName(name, null));
            return;
        }
        int schema = name - 2 >= from ? nameStart(name - 2) : Ranges.NONE;
        String schemaName = schema == Ranges.NONE ? null : Ranges.name(tokens, schema, to);
        if (schemaName == null) {
            failed = true;
            return;
        }
        FunctionName plain = schemaName.equals(PG_CATALOG) ? cache.find(tokens, name, true) : null;
        addOrFail(plain != null ? plain : plainName(name, schemaName));
    }

    private @Nullable FunctionName plainName(int token, @Nullable String schema) {
        String name = Ranges.name(tokens, token, to);
        return name == null ? null : new FunctionName(schema, name, false);
    }

    private void addOrFail(@Nullable FunctionName name) {
        if (name == null) {
            failed = true;
        } else {
            add(name);
        }
    }

    private void add(FunctionName name) {
        if (found.size() < MANY) {
            if (!found.contains(name)) {
                found.add(name);
            }
            return;
        }
        if (seen.isEmpty()) {
            seen.addAll(found);
        }
        if (seen.add(name)) {
            found.add(name);
            failed |= found.size() > MOST;
        }
    }

    private boolean isBehind(int token, TokenKind kind) {
        return token > from && tokens.is(token - 1, kind);
    }

    private boolean isBehind(int token, Keyword keyword) {
        return token > from && tokens.is(token - 1, keyword);
    }
}
