package io.pgproxy.sql.internal.text;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.KeywordCategory;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A statement's normalised tokens, as bytes to make a fingerprint of and as text to show. */
public final class CanonicalForm {
    /**
     * Stands for a constant; a sign that no token outside of quotes has, unlike {@code ?}, which is an operator too.
     */
    private static final byte CONSTANT = 1;

    private static final int NEWEST_VERSION = 18;
    private static final int FIRST = 256;
    private static final int MOST_KEPT = 1 << 16;
    private static final Pattern PLAIN = Pattern.compile("[a-z_\\x{80}-\\x{10FFFF}][a-z0-9_$\\x{80}-\\x{10FFFF}]*");
    private static final Set<String> KEYWORDS =
            Arrays.stream(Keyword.values()).map(Keyword::word).collect(Collectors.toUnmodifiableSet());

    /** Those with arguments in parentheses, such as COALESCE and EXTRACT, or with a length, such as VARCHAR. */
    private static final EnumSet<Keyword> CALLED = Arrays.stream(Keyword.values())
            .filter(keyword -> keyword.category(NEWEST_VERSION) == KeywordCategory.COLUMN_NAME)
            .filter(keyword -> keyword != Keyword.VALUES && keyword != Keyword.BETWEEN)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Keyword.class)));

    private byte[] bytes = new byte[FIRST];
    private int length;
    private Spacing spacing = Spacing.GLUES;

    /** Nothing yet. */
    public CanonicalForm() {}

    /** Begins anew, with the memory there is unless that is much. */
    public void clear() {
        length = 0;
        spacing = Spacing.GLUES;
        if (bytes.length > MOST_KEPT) {
            bytes = new byte[FIRST];
        }
    }

    /** What the last token does to the blank in front of the next. */
    private enum Spacing {
        /** Wants none behind it. */
        GLUES,
        /** Wants none in front of a parenthesis: a name, which may be a function's. */
        CALLS,
        /** Wants one. */
        SPACES
    }

    void keyword(Keyword keyword) {
        blank();
        append(keyword.word());
        spacing = CALLED.contains(keyword) ? Spacing.CALLS : Spacing.SPACES;
    }

    void name(String name) {
        blank();
        append(name);
        spacing = Spacing.CALLS;
    }

    /** A name that stands in a text as the server keeps it, which most do; false if it has to be folded or cut. */
    boolean plainName(byte[] text, int start, int end) {
        if (end - start > Names.MAX_BYTES) {
            return false;
        }
        for (int i = start; i < end; i++) {
            byte c = text[i];
            if (c < 0 || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        blank();
        append(text, start, end);
        spacing = Spacing.CALLS;
        return true;
    }

    /** In quotes only where the server would take the bare word for something else. */
    void quotable(String name) {
        if (PLAIN.matcher(name).matches() && !KEYWORDS.contains(name)) {
            name(name);
        } else {
            name(Names.quoted(name));
        }
    }

    void constant() {
        blank();
        append(CONSTANT);
        spacing = Spacing.SPACES;
    }

    /** A parenthesised list of constants. */
    void list(int constants) {
        blank();
        append((byte) '(');
        for (int i = 0; i < constants; i++) {
            append(i == 0 ? "" : ", ");
            append(CONSTANT);
        }
        append((byte) ')');
        spacing = Spacing.SPACES;
    }

    void raw(TokenKind kind, byte[] text, int start, int end) {
        boolean glued = switch (kind) {
            case RIGHT_PARENTHESIS, RIGHT_BRACKET, COMMA, DOT, TYPECAST, SEMICOLON -> true;
            case LEFT_PARENTHESIS, LEFT_BRACKET -> spacing == Spacing.CALLS;
            default -> false;
        };
        if (!glued) {
            blank();
        }
        append(text, start, end);
        spacing = switch (kind) {
            case LEFT_PARENTHESIS, LEFT_BRACKET, DOT, TYPECAST -> Spacing.GLUES;
            default -> Spacing.SPACES;
        };
    }

    private void blank() {
        if (spacing != Spacing.GLUES) {
            append((byte) ' ');
        }
    }

    private void append(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        append(utf8, 0, utf8.length);
    }

    private void append(byte[] text, int start, int end) {
        int more = end - start;
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length * 2, length + more));
        }
        System.arraycopy(text, start, bytes, length, more);
        length += more;
    }

    private void append(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = b;
    }

    /** The bytes that tell this form from others. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** The form to read, with a question mark for each constant. */
    public String text() {
        byte[] shown = bytes();
        for (int i = 0; i < shown.length; i++) {
            if (shown[i] == CONSTANT) {
                shown[i] = '?';
            }
        }
        return new String(shown, StandardCharsets.UTF_8);
    }

    /** Its length only. */
    @Override
    public String toString() {
        return length + " bytes";
    }
}
