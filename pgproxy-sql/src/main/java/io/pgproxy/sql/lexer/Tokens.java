package io.pgproxy.sql.lexer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text: kinds and offsets in bytes, comments and white space left out. Filled by a {@link Lexer} and
 * made to be filled again, so that reading a text allocates nothing once the arrays have grown; not thread-safe.
 *
 * <p>Behind the last token stand {@value #LOOKAHEAD} of kind {@link TokenKind#END}, so that looking that far ahead
 * needs no check.
 */
@SuppressWarnings("EnumOrdinal") // codes live as long as the array that holds them
public final class Tokens {
    /** How far behind the last token one may look. */
    public static final int LOOKAHEAD = 8;

    private static final int FIRST_CAPACITY = 256;
    /** Codes below are ordinals of {@link TokenKind}, those from here on ordinals of {@link Keyword}. */
    private static final int KEYWORDS = 64;

    static final int CODES = KEYWORDS + Keyword.total();

    private byte[] text = {};
    private int[] codes = new int[FIRST_CAPACITY];
    private int[] starts = new int[FIRST_CAPACITY];
    private int[] ends = new int[FIRST_CAPACITY];
    private int count;
    private boolean plainBackslash;
    private @Nullable LexicalProblem problem;

    /** No tokens yet. */
    public Tokens() {}

    /** {@return the text that the offsets are of; not to be changed} */
    public byte[] text() {
        return text;
    }

    /** {@return how many tokens there are, the end left out} */
    public int count() {
        return count;
    }

    /** {@return why the text was not read to its end, or null if it was} */
    public @Nullable LexicalProblem problem() {
        return problem;
    }

    /**
     * {@return what a token is}
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     */
    public TokenKind kind(int token) {
        int code = codes[token];
        return code >= KEYWORDS ? TokenKind.KEYWORD : TokenKind.of(code);
    }

    /**
     * {@return which keyword a token is, or null if it is none; a name in quotes never is}
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     */
    public @Nullable Keyword keyword(int token) {
        int code = codes[token];
        return code >= KEYWORDS ? Keyword.of(code - KEYWORDS) : null;
    }

    /**
     * {@return whether a token is this keyword}
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     * @param keyword the word
     */
    public boolean is(int token, Keyword keyword) {
        return codes[token] == KEYWORDS + keyword.ordinal();
    }

    /**
     * {@return whether a token is of this kind}
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     * @param kind not {@link TokenKind#KEYWORD}
     */
    public boolean is(int token, TokenKind kind) {
        return codes[token] == kind.ordinal();
    }

    /**
     * Where a token begins.
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     * @return an offset in bytes
     */
    public int start(int token) {
        return starts[token];
    }

    /**
     * Where a token ends.
     *
     * @param token from 0 to {@link #LOOKAHEAD} behind the last
     * @return the offset in bytes behind its last
     */
    public int end(int token) {
        return ends[token];
    }

    /** Whether a backslash in {@code '…'} is just one. */
    boolean plainBackslash() {
        return plainBackslash;
    }

    /**
     * Finds the next token of a set.
     *
     * @param set what is looked for
     * @param from the first token to look at
     * @param to the token behind the last to look at
     * @return the token, or {@code to} if there is none
     */
    public int next(TokenSet set, int from, int to) {
        int token = from;
        while (token < to && !set.holds(codes[token])) {
            token++;
        }
        return token;
    }

    static int code(TokenKind kind) {
        return kind.ordinal();
    }

    static int code(Keyword keyword) {
        return KEYWORDS + keyword.ordinal();
    }

    void begin(byte[] newText, boolean standardConformingStrings) {
        text = newText;
        plainBackslash = standardConformingStrings;
        count = 0;
        problem = null;
    }

    void add(TokenKind kind, int start, int end) {
        add(kind.ordinal(), start, end);
    }

    void addKeyword(int ordinal, int start, int end) {
        add(KEYWORDS + ordinal, start, end);
    }

    private void add(int code, int start, int end) {
        if (count + LOOKAHEAD >= codes.length) {
            grow();
        }
        codes[count] = code;
        starts[count] = start;
        ends[count++] = end;
    }

    void finish(int end, @Nullable LexicalProblem why) {
        Arrays.fill(codes, count, count + LOOKAHEAD, TokenKind.END.ordinal());
        Arrays.fill(starts, count, count + LOOKAHEAD, end);
        Arrays.fill(ends, count, count + LOOKAHEAD, end);
        problem = why;
    }

    private void grow() {
        int capacity = codes.length * 2;
        codes = Arrays.copyOf(codes, capacity);
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
    }

    /** {@return the number of tokens only: a text may hold values that are nobody's business} */
    @Override
    public String toString() {
        return count + " tokens";
    }
}
