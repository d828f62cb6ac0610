package io.pgproxy.sql.internal.text;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.KeywordCategory;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
    private static final Pattern PLAIN = Pattern.compile("[a-z_\\x{80}-\\x{10FFFF}][a-z0-9_$\\x{80}-\\x{10FFFF}]*");
    private static final Set<String> KEYWORDS =
            Arrays.stream(Keyword.values()).map(Keyword::word).collect(Collectors.toUnmodifiableSet());

    /** Those with arguments in parentheses, such as COALESCE and EXTRACT, or with a length, such as VARCHAR. */
    private static final Set<Keyword> CALLED = Arrays.stream(Keyword.values())
            .filter(keyword -> keyword.category(NEWEST_VERSION) == KeywordCategory.COLUMN_NAME)
            .filter(keyword -> keyword != Keyword.VALUES && keyword != Keyword.BETWEEN)
            .collect(Collectors.toUnmodifiableSet());

    private byte[] bytes = new byte[256];
    private int length;
    private Spacing spacing = Spacing.GLUES;

    CanonicalForm() {}

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
        for (int i = start; i < end; i++) {
            append(text[i]);
        }
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
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            append(b);
        }
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
