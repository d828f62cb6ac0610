package io.pgproxy.examples.readwrite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads servers that stand one after the other, with commas between them: each as a URL, or as {@link Conninfo} by
 * libpq's rules. Within quotes a comma is a comma; in a URL it is {@code %2C}. A quote within quotes may be doubled,
 * which libpq refuses. What it complains of holds no value.
 */
final class DsnReader {
    private final String text;
    private int at;

    private DsnReader(String text) {
        this.text = text;
    }

    /**
     * Reads all.
     *
     * @return their URLs; empty ones do not count
     * @throws IllegalArgumentException which of them is malformed, and why
     */
    static List<String> urls(String text) {
        DsnReader reader = new DsnReader(text);
        List<String> urls = new ArrayList<>();
        while (reader.skipTo(true)) {
            try {
                urls.add(reader.isUrl() ? reader.url() : new Conninfo(reader.pairs()).url());
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException("server " + (urls.size() + 1) + ": " + malformed.getMessage());
            }
        }
        return urls;
    }

    /** Whether something follows behind blanks, and behind commas where those are skipped, too. */
    private boolean skipTo(boolean nextServer) {
        while (at < text.length()
                && (Character.isWhitespace(text.charAt(at)) || (nextServer && text.charAt(at) == ','))) {
            at++;
        }
        return at < text.length();
    }

    private boolean isUrl() {
        String rest = text.substring(at).toLowerCase(Locale.ROOT);
        return rest.startsWith("postgres://") || rest.startsWith("postgresql://");
    }

    private String url() {
        int comma = text.indexOf(',', at);
        String url = text.substring(at, comma < 0 ? text.length() : comma).strip();
        at = comma < 0 ? text.length() : comma;
        return url;
    }

    private Map<String, String> pairs() {
        Map<String, String> values = new LinkedHashMap<>();
        while (skipTo(false) && text.charAt(at) != ',') {
            String keyword = keyword();
            if (!skipTo(false) || text.charAt(at) != '=') {
                throw new IllegalArgumentException("neither a postgresql:// URL nor key=value pairs"
                        + " (a value with blanks or commas stands in single quotes)");
            }
            at++;
            skipTo(false);
            values.put(keyword, isAt('\'') ? quoted() : plain());
        }
        return values;
    }

    private String keyword() {
        int start = at;
        while (at < text.length()
                && text.charAt(at) != '='
                && text.charAt(at) != ','
                && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String plain() {
        StringBuilder value = new StringBuilder();
        while (at < text.length() && !isAt(',') && !Character.isWhitespace(text.charAt(at))) {
            value.append(character());
        }
        return value.toString();
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            if (isAt('\'')) {
                at++;
                if (!isAt('\'')) {
                    return value.toString();
                }
            }
            value.append(character());
        }
        throw new IllegalArgumentException("a quote is not closed");
    }

    /** The next one, or the one behind a backslash. */
    private char character() {
        if (isAt('\\') && at + 1 < text.length()) {
            at++;
        }
        return text.charAt(at++);
    }

    private boolean isAt(char expected) {
        return at < text.length() && text.charAt(at) == expected;
    }
}
