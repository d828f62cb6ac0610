package io.pgproxy.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a file of {@code NAME=VALUE} lines, as shells and compose files use them. A value in single quotes is taken as
 * it is; in double quotes {@code \n}, {@code \"} and {@code \\} are what they are elsewhere; without quotes it ends at
 * a blank with {@code #} behind it. {@code export} in front, empty lines and lines that begin with {@code #} are
 * allowed. Nothing is expanded, and a value is one line.
 */
public final class DotEnv {
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");
    private static final Pattern COMMENT = Pattern.compile("(?:^|\\s+)#.*$");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

    private DotEnv() {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return the values by name; none if there is no such file
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if a line is none of those; the message names its number and shows nothing of it
     */
    public static Map<String, String> read(Path file) throws IOException {
        return Files.exists(file) ? parse(Files.readAllLines(file, StandardCharsets.UTF_8), file.toString()) : Map.of();
    }

    static Map<String, String> parse(List<String> lines, String file) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replace("\uFEFF", "").strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalArgumentException(file + ", line " + (i + 1) + ": not NAME=VALUE");
            }
            values.put(parts.group(1), value(parts.group(2), file + ", line " + (i + 1)));
        }
        return values;
    }

    private static String value(String text, String where) {
        Matcher single = SINGLE.matcher(text);
        if (single.matches()) {
            return single.group(1);
        }
        Matcher quoted = DOUBLE.matcher(text);
        if (quoted.matches()) {
            return ESCAPE.matcher(quoted.group(1)).replaceAll(DotEnv::unescaped);
        }
        if (text.startsWith("'") || text.startsWith("\"")) {
            throw new IllegalArgumentException(where + ": a quote is not closed, or something stands behind it");
        }
        return COMMENT.matcher(text).replaceFirst("");
    }

    private static String unescaped(MatchResult escape) {
        String replaced = switch (escape.group(1)) {
            case "n" -> "\n";
            case "\"", "\\" -> escape.group(1);
            default -> escape.group();
        };
        return Matcher.quoteReplacement(replaced);
    }
}
