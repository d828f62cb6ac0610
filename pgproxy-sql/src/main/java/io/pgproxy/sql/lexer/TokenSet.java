package io.pgproxy.sql.lexer;

import java.util.Collection;

/** Kinds of tokens and keywords that somebody looks for. Whoever looks for few steps over the many others quickly. */
public final class TokenSet {
    private final boolean[] members;

    private TokenSet(boolean[] members) {
        this.members = members;
    }

    /**
     * A set.
     *
     * @param kinds not {@link TokenKind#KEYWORD}
     * @param keywords the keywords
     * @return the set of both
     */
    public static TokenSet of(Collection<TokenKind> kinds, Collection<Keyword> keywords) {
        boolean[] members = new boolean[Tokens.CODES];
        kinds.forEach(kind -> members[Tokens.code(kind)] = true);
        keywords.forEach(keyword -> members[Tokens.code(keyword)] = true);
        return new TokenSet(members);
    }

    boolean holds(int code) {
        return members[code];
    }
}
