package io.pgproxy.core.internal.pool;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Constants that mean the moment when they are read, such as {@code 'now'::timestamp}: who prepares a text with one
 * must not get what another client has prepared before.
 */
final class Moments {
    /** {@code now()} is none of them; escapes, and constants in several pieces, may be any. */
    private static final Pattern WORD = Pattern.compile(
            "(?<![a-z0-9_])(?:now(?!\\s*\\()|today|tomorrow|yesterday)(?![a-z0-9_])|\\\\|&'|'\\s*\\n\\s*'",
            Pattern.CASE_INSENSITIVE);

    private Moments() {}

    /** Whether there may be one in what stands in a Parse behind the name. */
    static boolean isIn(byte[] definition) {
        boolean quotes = false;
        for (int i = 0; i < definition.length && definition[i] != 0 && !quotes; i++) {
            quotes = definition[i] == '\'' || definition[i] == '$';
        }
        return quotes
                && WORD.matcher(new String(definition, StandardCharsets.ISO_8859_1))
                        .find();
    }
}
