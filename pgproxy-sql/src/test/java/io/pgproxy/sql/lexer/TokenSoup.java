package io.pgproxy.sql.lexer;

import io.pgproxy.sql.corpus.ValidStatement;
import java.util.List;
import java.util.Random;

/** Texts at random, of what scanners are most often wrong about. */
final class TokenSoup {
    private static final List<String> PIECES = List.of(
            "select",
            "INTO",
            "Update",
            "with",
            "not",
            "nulls",
            "chain",
            "no",
            "uescape",
            "nchar",
            "a",
            "e",
            "b",
            "x",
            "n",
            "u",
            "U&",
            "_a1",
            "a$b",
            "a$$",
            "é",
            "\u4e2d",
            "\u00a0",
            "\u3000",
            "\ufeff",
            "\ud83d\ude00",
            "ı",
            "K",
            "'a'",
            "''",
            "'it''s'",
            "'\\'",
            "'\\''",
            "'",
            "E'a\\'b'",
            "e'\\\\'",
            "E'\\u0041'",
            "E'\\xE9'",
            "E'\\",
            "b'10'",
            "B'1''0'",
            "X'1f'",
            "n'a'",
            "N'",
            "U&'\\0041'",
            "u&'a''b'",
            "U&'!0041' uescape '!'",
            "u&\"d!0061\"",
            "uescape E'\\x21'",
            "uescape $$!$$",
            "UESCAPE '!'\n''",
            "\"a\"",
            "\"A\"\"b\"",
            "\"\"",
            "\"",
            "\"'\"",
            "$$",
            "$a$",
            "$b$",
            "$$a$$",
            "$a$ $$ ' $b$ $a$",
            "$é$ x $é$",
            "$1",
            "$12",
            "$1a",
            "$1_0",
            "$",
            "$1$",
            "0",
            "1",
            "42",
            "1.",
            ".5",
            "1.5",
            "1..5",
            "1e5",
            "1e",
            "1e+",
            "1.5e-3",
            "1a",
            "1_000",
            "1_",
            "1__0",
            "0x1F",
            "0x",
            "0xg",
            "0o17",
            "0o8",
            "0b101",
            "0b12",
            "1_0.5_0",
            "1_0e1_0",
            "0x1$",
            "1e5$",
            "1_0$$",
            "1.e5",
            "1_0..",
            "+",
            "-",
            "*",
            "/",
            "<",
            ">",
            "=",
            "~",
            "!",
            "@",
            "#",
            "%",
            "^",
            "&",
            "|",
            "`",
            "?",
            "=>",
            "<=",
            ">=",
            "<>",
            "!=",
            "::",
            ":=",
            "..",
            ".",
            ":",
            ";",
            ",",
            "(",
            ")",
            "[",
            "]",
            "--",
            "/*",
            "*/",
            "/**/",
            "/* /* */ */",
            "-- '\n",
            "--\r",
            "-- \u2028 x\n",
            "->>",
            "@-",
            "=-",
            "*-",
            "<->",
            "-/*",
            "+--\n",
            "=>-",
            "<=-",
            "\\",
            "{",
            "\u0001",
            "\u007f",
            "\n'b'",
            " --c\n 'b'",
            " --c\r\n--'\n\t'b'",
            " 'b'",
            "\n- 'b'",
            "\f",
            "\r",
            "\t");
    private static final List<String> GLUE = List.of("", "", "", " ", " ", "\n", "/**/", "--x\n", "\f");
    private static final String CHARACTERS =
            "''''\"\"$$$\\\\_aAeEbBxXnNuUoO&&0011279..;:--++**//<>=!@#%^|`?~()[],{}  \t\n\n\r\fé\u00a0\u3000\u4e2d";

    private final Random random;
    private final List<ValidStatement> corpus;

    TokenSoup(long seed, List<ValidStatement> corpus) {
        this.random = new Random(seed);
        this.corpus = corpus;
    }

    String next() {
        return switch (random.nextInt(3)) {
            case 0 -> pieces(1 + random.nextInt(8));
            case 1 -> characters(1 + random.nextInt(24));
            default -> mutation();
        };
    }

    private String pieces(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(any(PIECES)).append(any(GLUE));
        }
        return text.toString();
    }

    private String characters(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    /** A part of a real statement that was tampered with. */
    private String mutation() {
        StringBuilder text = new StringBuilder(part(120));
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length()) + 1));
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, any(PIECES));
                case 1 -> text.insert(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
                case 2 -> text.insert(at, part(20));
                default -> text.delete(at, end(text, at, random.nextInt(6)));
            }
        }
        return text.toString();
    }

    private String part(int longest) {
        String sql = any(corpus).sql();
        int from = sql.offsetByCodePoints(0, random.nextInt(sql.codePointCount(0, sql.length()) + 1));
        return sql.substring(from, end(sql, from, random.nextInt(longest)));
    }

    /** So many characters further, none of them cut. */
    private static int end(CharSequence text, int from, int count) {
        int rest = Character.codePointCount(text, from, text.length());
        return Character.offsetByCodePoints(text, from, Math.min(rest, count));
    }

    private <T> T any(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
